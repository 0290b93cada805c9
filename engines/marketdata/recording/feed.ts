import { FeedError } from '../feeds/errors';
import { type Feed, noCounts } from '../feeds/feed';
import type { RecordingReader } from './reader';

/** A recording as a feed: what was recorded of the instruments that are played, step for step. */
export class RecordingFeed implements Feed {
  kind = 0;
  timeNs = 0;
  instrument = 0;
  venue = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  events = 0;
  readonly totalEvents: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly stale = false;
  readonly counts = noCounts;
  /** By number in the recording: instruments here, -1 for those that are not played. */
  private readonly instruments = new Int32Array(1024).fill(-1);
  private readonly venues: readonly number[];
  /** An event that is played stands in the reader. */
  private found = false;
  private problem: unknown;

  /** @throws FeedError NAUT_FEED_RECORDING_OTHER the recording is of another tick size or of venues that there are not */
  constructor(
    private readonly reader: RecordingReader,
    instruments: ReadonlyMap<string, { readonly id: number; readonly tickSize: number }>,
    venues: readonly string[],
  ) {
    const { header, file } = reader;
    this.totalEvents = reader.events;
    this.startNs = reader.startNs;
    this.endNs = reader.endNs;
    for (const { id, symbol, tickSize } of header.instruments) {
      const here = instruments.get(symbol);
      if (here === undefined) continue;
      if (tickSize % here.tickSize !== 0)
        throw other(file, `${symbol} has a tick of ${tickSize}`, here.tickSize, `a divisor of ${tickSize}`, 'tickSize');
      this.instruments[id] = here.id;
    }
    this.venues = header.venues.map((name) => {
      const place = venues.indexOf(name);
      if (place < 0)
        throw other(file, `it has the venue ${name}`, venues.join(', '), header.venues.join(', '), 'venues');
      return place;
    });
  }

  get nextTimeNs(): number {
    this.look();
    return this.found || this.problem !== undefined ? this.reader.timeNs : Number.POSITIVE_INFINITY;
  }

  take(): void {
    this.look();
    if (this.problem !== undefined) throw this.problem;
    const { reader } = this;
    this.kind = reader.kind;
    this.timeNs = reader.timeNs;
    this.instrument = this.instruments[reader.instrument]!;
    this.venue = this.venues[reader.venue]!;
    this.orderId = reader.orderId;
    this.side = reader.side;
    this.price = reader.price;
    this.quantity = reader.quantity;
    this.found = false;
  }

  close(): void {
    this.reader.close();
  }

  /** Goes on to an event that is played. */
  private look(): void {
    const { reader } = this;
    while (!this.found && this.problem === undefined && reader.nextTimeNs !== Number.POSITIVE_INFINITY) {
      try {
        reader.next();
      } catch (error) {
        this.problem = error;
        return;
      }
      this.events++;
      this.found = this.instruments[reader.instrument]! >= 0;
    }
  }
}

const other = (file: string, what: string, value: unknown, allowed: string, key: string): FeedError =>
  new FeedError({
    code: 'NAUT_FEED_RECORDING_OTHER',
    message: `${file}: ${what}, the profile has ${value}`,
    value: String(value),
    allowed,
    fix: `correct ${key} of the profile, or record again`,
  });
