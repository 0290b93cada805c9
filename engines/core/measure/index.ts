/** What benchmarks share: the spread of repeats, and round trips over two rings. */
export { echoTrips, openTrips } from './ring-trips';
export { type Spread, spread } from './spread';
export { MESSAGE_BYTES, pingTopic } from './topics';
