export { type RoundTrip, roundTrip } from './round-trip';
