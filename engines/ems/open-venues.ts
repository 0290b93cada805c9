import { PRICE_UNITS } from '@nautilus/core/domain';
import { MessageStore } from '@nautilus/core/fix';
import { Journal } from '@nautilus/core/journal';
import type { EngineIo } from '@nautilus/core/kernel';
import type { ExecutionConfig } from './config';
import { DelayedVenue } from './venue/delayed-venue';
import { FixVenue, type FixVenueOptions } from './venue/fix-venue';
import { SimulatedVenue } from './venue/simulated-venue';
import type { Venue } from './venue/venue';

/** Of a session's journal: most of them stay small. */
const SEGMENT_BYTES = 16 << 20;
const PREALLOCATED_BYTES = 1 << 20;

type VenueConfig = ExecutionConfig['venues'][number];

export interface OpenVenues {
  /** The recorded market of each, in the order of `trading.venues`; where a venue is simulated, our orders stand in it. */
  readonly books: readonly SimulatedVenue[];
  /** Where orders go, in the same order. */
  readonly venues: readonly Venue[];
  readonly fix: readonly FixVenue[];
}

/** Makes the venues of the configuration. @throws JournalError when a session's journal cannot be read */
export function openVenues(
  { venues: configs, instruments }: ExecutionConfig,
  { dataDirectory, log }: Pick<EngineIo, 'dataDirectory' | 'log'>,
  own: Pick<FixVenueOptions, 'epoch' | 'numbersOf'> & {
    readonly filledBefore: (venue: number, ...fill: Parameters<FixVenueOptions['filledBefore']>) => void;
  },
): OpenVenues {
  const books = configs.map(
    (venue) => new SimulatedVenue({ name: venue.name, capacity: venue.capacity, fees: feesOf(venue), instruments }),
  );
  const fix: FixVenue[] = [];
  const venues = configs.map((config, index): Venue => {
    const book = books[index]!;
    if (config.kind === 'simulated')
      return config.latencyMicroseconds === 0 ? book : new DelayedVenue(book, config.latencyMicroseconds * 1000);
    const { name, symbols, answerWithinMilliseconds, senderCompId, targetCompId } = config;
    const venue = new FixVenue(
      {
        ...config,
        epoch: own.epoch,
        numbersOf: own.numbersOf,
        fees: feesOf(config),
        instruments: instruments.map(({ id, symbol }) => ({ id, symbol: symbols[symbol] ?? symbol })),
        roundTripNs: answerWithinMilliseconds * 1e6,
        prices: book,
        filledBefore: (...fill) => own.filledBefore(index, ...fill),
        log: (what, details) => log.info({ venue: name, ...details }, what),
      },
      (recovered) =>
        new MessageStore(
          Journal.open({
            directory: dataDirectory,
            name: `fix-${senderCompId}-${targetCompId}`.toLowerCase(),
            durability: 'batched',
            segmentBytes: SEGMENT_BYTES,
            preallocateBytes: PREALLOCATED_BYTES,
          }),
          recovered,
        ),
    );
    fix.push(venue);
    return venue;
  });
  return { books, venues, fix };
}

/** Currency a share in units of 1e-4: the profile allows no finer ones. */
const feesOf = ({ takerFee, makerFee }: VenueConfig) => ({
  takerFee: Math.round(takerFee * PRICE_UNITS),
  makerFee: Math.round(makerFee * PRICE_UNITS),
});
