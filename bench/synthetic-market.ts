import { SyntheticFeed } from '../engines/marketdata/synthetic/feed';

export const SYMBOLS = 500;
export const VENUES = 3;
export const venueNames = Array.from({ length: VENUES }, (_, place) => `V${place}`);
/** Price units. */
export const TICK_SIZE = 100;

/** By symbol, as a feed takes them. */
export const instruments: ReadonlyMap<string, { readonly id: number; readonly tickSize: number }> = new Map(
  Array.from({ length: SYMBOLS }, (_, id) => [`S${id}`, { id, tickSize: TICK_SIZE }]),
);

/** The orders of a seeded market of `symbols` symbols, some 75 events a second and symbol; without an end that anybody reaches. */
export const market = (symbols: number): SyntheticFeed =>
  new SyntheticFeed({
    instruments: [...instruments.values()].slice(0, symbols),
    venueOf: (orderId) => orderId % VENUES,
    seed: 1,
    startSeconds: 34_200,
    seconds: 40_000,
    rate: 100,
    branching: 0.7,
    decay: 5,
    firstPrice: 1_000_000,
  });

/** As a recording's header or a configuration has them. */
export const instrumentList = [...instruments].map(([symbol, { id, tickSize }]) => ({
  id,
  symbol,
  currency: 'USD',
  tickSize,
}));
