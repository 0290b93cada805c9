import { CodedError } from '@nautilus/core/domain';
import type { ConnectionEnd } from '@nautilus/core/fix';
import type { ReportRing } from './report-ring';
import type { FixVenue } from './venue/fix-venue';

/** How often is looked at what the order system has journaled. */
const SETTLE_MS = 100;

const problems: Readonly<Record<ConnectionEnd['stage'], readonly [code: `NAUT_${string}`, what: string, fix: string]>> =
  {
    unreachable: [
      'NAUT_VENUE_UNREACHABLE',
      'does not take connections',
      'look after the venue and the network; host and port are in trading.venues',
    ],
    refused: [
      'NAUT_VENUE_REFUSED',
      'ended the connection before it was logged on',
      'compare senderCompId and targetCompId in trading.venues with what the venue has, and both sides’ sequence numbers',
    ],
    lost: [
      'NAUT_VENUE_LOST',
      'was logged on and is away',
      'it is called again by itself; what rests there is unknown until then',
    ],
  };

/** Why a venue cannot be used; undefined while it can. */
export function problemOf({ name, down }: FixVenue): CodedError | undefined {
  if (down === undefined) return undefined;
  const [code, what, fix] = problems[down.stage];
  return new CodedError({ code, message: `${name} ${what}: ${down.reason}`, fix });
}

/** The venues over FIX, and what of them must be true before and while a session trades. */
export class FixVenues {
  /** From the start on, so that a venue that is just being called is not told as away. */
  private lookedAt = Date.now();
  /** Once the order system's journal has the reports before it, what the venues were noted to have said is settled. */
  private position = 0;
  private readonly told = new Map<FixVenue, string>();

  constructor(
    private readonly venues: readonly FixVenue[],
    private readonly reports: ReportRing,
    private readonly log: (problem: CodedError) => void,
  ) {}

  /** Orders of earlier sessions of which no venue has yet said how they ended. */
  get left(): number {
    return this.venues.reduce((sum, { left }) => sum + left, 0);
  }

  /** Why they cannot all be told yet. */
  get waitsFor(): string {
    return this.venues
      .filter(({ left }) => left > 0)
      .map((venue) => `${venue.left} at ${venue.name}: ${problemOf(venue)?.message ?? 'it was asked'}`)
      .join(', ');
  }

  start(): void {
    for (const venue of this.venues) venue.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.venues.map((venue) => venue.stop()));
  }

  /** To be called when every event of the venues is in a report that was committed. */
  settle(): void {
    if (this.venues.length === 0) return;
    const now = Date.now();
    if (now - this.lookedAt < SETTLE_MS) return;
    this.lookedAt = now;
    this.tellProblems();
    if (this.reports.waiting > 0 || this.reports.journaled < this.position) return;
    for (const venue of this.venues) venue.settle();
    this.position = this.reports.position;
  }

  private tellProblems(): void {
    for (const venue of this.venues) {
      const problem = problemOf(venue);
      const message = problem?.message ?? '';
      if (problem !== undefined && this.told.get(venue) !== message) this.log(problem);
      this.told.set(venue, message);
    }
  }
}
