export * from './api';
export { DockerClient, type ExecResult, type LabelFilter, type RequestOptions } from './client';
export { type DockerEndpoint, findDockerEndpoint, parseDockerHost, toDockerHost } from './endpoint';
export { requireEngine } from './require';
