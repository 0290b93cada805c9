import { type ExecutionModels, executionModels } from './trained';
import file from './trained.json';

/** The models that come with the platform. @throws CodedError NAUT_MODELS_INVALID */
export const builtInModels = (): ReadonlyMap<string, ExecutionModels> => executionModels(file);
