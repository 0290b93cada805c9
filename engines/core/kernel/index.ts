/** One process, one engine: configuration, HTTP, logs, metrics, duty cycle and shutdown; `defineEngine`, then `runEngine`. */
export { Gauge } from 'prom-client';
/** The one zod of all engines: schemas of another copy of it are not understood. */
export * as z from 'zod';
export type { Asset } from './assets';
export { cgroupCpu, cpusAvailable } from './cgroup';
export {
  loadConfiguration,
  type PollStrategy,
  type PostgresAccess,
  ProcessConfig,
  parseConfiguration,
  type RedisAccess,
} from './configuration';
export {
  defineEngine,
  type Engine,
  type EngineDefinition,
  type EngineIo,
  type LatencyRecorder,
  type RouteRequest,
  type SubscribeOptions,
} from './definition';
export { EngineError, type EngineProblem, type ErrorBody } from './errors';
export { type Fact, fact, factOf, type Origin } from './facts';
export { DeclaredMachine } from './hardware';
export { type AccountIdentity, accountIdentity, accountList, instrumentList } from './reference-data';
export { type RunningEngine, runEngine, startEngine } from './run';
export { ProcessStatus } from './status';
export { withoutDomain } from './without-domain';
