/** One process, one engine: configuration, HTTP, logs, metrics, duty cycle and shutdown; `defineEngine`, then `runEngine`. */
export { Gauge } from 'prom-client';
/** The one zod of all engines: schemas of another copy of it are not understood. */
export * as z from 'zod';
export { cgroupCpu, cpusAvailable } from './cgroup';
export {
  loadConfiguration,
  type PollStrategy,
  type PostgresAccess,
  parseConfiguration,
  type RedisAccess,
} from './configuration';
export {
  defineEngine,
  type Engine,
  type EngineDefinition,
  type EngineIo,
  type LatencyRecorder,
} from './definition';
export { EngineError, type ErrorBody, errorBody } from './errors';
export { type Fact, fact, factOf } from './facts';
export { DeclaredMachine } from './hardware';
export { describeIssues } from './issues';
export { accountIdentity, accountList, instrumentList } from './reference-data';
export { runEngine, startEngine } from './run';
export { ProcessStatus } from './status';
export type { SocketHandler, SocketPeer, SocketRoute } from './web-sockets';
export { withoutDomain } from './without-domain';
