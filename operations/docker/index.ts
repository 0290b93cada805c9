export * from './api';
export { DockerClient, type ExecResult, type LabelFilter, type RequestOptions } from './client';
export {
  type DockerEndpoint,
  dockerEnvironment,
  findDockerEndpoint,
  parseDockerHost,
  toDockerHost,
  type WantedEngine,
} from './endpoint';
export { type Forward, forward } from './forward';
export { requireEngine } from './require';
