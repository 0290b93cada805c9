export { type DemoOrder, placeDemoOrder } from './demo';
export { type LocalPaths, localPaths } from './paths';
export { type LivePicture, livePicture } from './picture';
export { LocalPlatform, logTail, type Progress, type ServiceStatus } from './platform';
export { startPostgres } from './postgres';
export { endProcess, type ProcessIdentity } from './processes';
