/** A venue that misbehaves on demand, over one that does not. */
import { Rejection } from '@nautilus/core/domain';
import { VenueEventKind, VenueEvents } from '../../../engines/ems/venue/events';
import type { Fees, Venue } from '../../../engines/ems/venue/venue';

type Event = Parameters<VenueEvents['push']>;

/**
 * - silent: requests are lost, what happens there is told only when it speaks again
 * - rejecting: refuses every new order
 * - twice: tells everything twice
 * - away: the session is lost; when it is back it tells what has happened meanwhile, then that it is up
 */
export type Mood = 'well' | 'silent' | 'rejecting' | 'twice' | 'away';

export class FaultyVenue implements Venue {
  readonly events = new VenueEvents();
  readonly name: string;
  readonly fees: Fees;
  readonly roundTripNs: number;
  /** Shares that really traded, by child. */
  readonly traded = new Map<number, number>();
  private mood: Mood = 'well';
  private held: Event[] = [];

  constructor(readonly real: Venue) {
    this.name = real.name;
    this.fees = real.fees;
    this.roundTripNs = real.roundTripNs;
  }

  get nextNs(): number {
    return this.real.nextNs;
  }

  become(mood: Mood): void {
    if (mood === this.mood) return;
    const before = this.mood;
    this.mood = mood;
    if (before === 'silent' || before === 'away') {
      for (const event of this.held) this.tell(event);
      this.held = [];
    }
    if (mood === 'away') this.events.push(VenueEventKind.sessionDown, 0, 0, 0, 0, 0);
    if (before === 'away') this.events.push(VenueEventKind.sessionUp, 0, 0, 0, 0, 0);
  }

  poll(nowNs: number): void {
    this.real.poll(nowNs);
    this.real.events.drain((...event) => {
      const [kind, child, , quantity] = event;
      if (kind === VenueEventKind.filled) this.traded.set(child, (this.traded.get(child) ?? 0) + quantity);
      if (this.hears) this.tell(event);
      else this.held.push(event);
    });
  }

  trades(instrument: number): boolean {
    return this.real.trades(instrument);
  }

  submit(...order: Parameters<Venue['submit']>): void {
    const [child, , , , price, quantity] = order;
    if (this.mood === 'rejecting')
      this.events.push(VenueEventKind.rejected, child, price, quantity, 0, Rejection.venueRejected);
    else if (this.hears) this.real.submit(...order);
  }

  cancel(child: number): void {
    if (this.hears) this.real.cancel(child);
  }

  replace(...change: Parameters<Venue['replace']>): void {
    if (this.hears) this.real.replace(...change);
  }

  query(child: number): void {
    if (this.hears) this.real.query(child);
  }

  best(instrument: number, side: number): number {
    return this.real.best(instrument, side);
  }

  readDepth(...question: Parameters<Venue['readDepth']>): number {
    return this.real.readDepth(...question);
  }

  private get hears(): boolean {
    return this.mood !== 'silent' && this.mood !== 'away';
  }

  private tell(event: Event): void {
    this.events.push(...event);
    if (this.mood === 'twice') this.events.push(...event);
  }
}
