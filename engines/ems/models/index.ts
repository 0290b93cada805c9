export type { ImpactEstimate } from './impact-model';
export {
  type ExecutionModels,
  MODELS_FORMAT,
  parseTrained,
  type TrainedFile,
  type TrainedInstrument,
} from './trained';
export { type TrainingSession, trainModels } from './training';
export { VolumeCurve } from './volume-curve';
