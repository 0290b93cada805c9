export type { Machine } from './machine';
export * as pgtuneFormulas from './pgtune';
export { pgtune } from './pgtune';
export * as timescaledbFormulas from './timescaledb-tune';
export { timescaledbTune } from './timescaledb-tune';
