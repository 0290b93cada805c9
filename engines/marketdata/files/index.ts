export { type FileKind, fileKinds, firstLine, kindOfFile } from './file-kind';
export { type Flow, type Generated, generateItch, generateRecording, syntheticFlow } from './generate';
export { type Inspection, inspectFile } from './inspect';
export { type Recorded, recordFeeds } from './record';
