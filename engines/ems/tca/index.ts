export { between, type MarketReading, MarketTally } from './market-tally';
export type * from './record';
export { type Benchmarks, type ChildCost, type CostReport, costReport, type FillSum, type Shortfall } from './report';
