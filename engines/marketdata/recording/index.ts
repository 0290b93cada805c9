export { isRecording, loadRecordedInstrument } from './instrument';
