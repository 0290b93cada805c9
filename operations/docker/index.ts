export * from './api';
export { DockerClient, type ExecResult } from './client';
export {
  type DockerEndpoint,
  findDockerEndpoint,
  parseDockerHost,
  toDockerHost,
  type WantedEngine,
} from './endpoint';
export { type EngineEvent, watchEvents } from './events';
export { type Forward, forward } from './forward';
export { DockerReader, type LabelFilter } from './reader';
export { DockerRefusal, type RequestOptions } from './request';
export { requireEngine, requireReader } from './require';
