/** Who holds what, and for how long. */

export const recordings = ['off', 'sampled', 'full'] as const;
/** `sampled`: a block each time that so many bytes were allocated, larger ones always; `full`: every block. */
export type Recording = (typeof recordings)[number];

export interface ProfilerOptions {
  /** @default 'off': then nothing is recorded and no stack is walked */
  readonly recording?: Recording;
  /** Bytes between two blocks of `sampled`. @default 65536 */
  readonly everyBytes?: number;
}

/** What one place in the program has allocated. */
interface SiteReport {
  /** The function that asked for the memory, with file and line. */
  readonly site: string;
  /** Its callers, the nearest first. */
  readonly callers: readonly string[];
  readonly pool: string;
  /** Recorded blocks that are not freed, and their bytes. */
  readonly blocks: number;
  readonly bytes: number;
  /** Recorded since the recording began. */
  readonly allocations: number;
  readonly allocatedBytes: number;
  readonly peakBytes: number;
  /** Age of the oldest block that is not freed, milliseconds; null without one. */
  readonly oldestMs: number | null;
}

export interface ProfileReport {
  readonly recording: Recording;
  /** Bytes between two samples; null unless sampled. */
  readonly everyBytes: number | null;
  /** Most bytes held first. */
  readonly sites: readonly SiteReport[];
}

/** A site whose blocks are older than a block is expected to get. */
export interface LeakReport extends SiteReport {
  /** Blocks older than asked, and their bytes. */
  readonly oldBlocks: number;
  readonly oldBytes: number;
  /**
   * `growing`: in each of the last three windows the fewest blocks that it held were more than in the one before: what it takes does not
   * come back. `held`: old, but not more and more.
   */
  readonly verdict: 'growing' | 'held';
  /** The fewest blocks held in each of the last windows, oldest first. */
  readonly floors: readonly number[];
}

/** Callers that are kept of a stack. */
const FRAMES = 6;
/** Windows over which growth is judged, and how long each is. */
const WINDOWS = 4;
export const WINDOW_MS = 10_000;

class Site {
  blocks = 0;
  bytes = 0;
  allocations = 0;
  allocatedBytes = 0;
  peakBytes = 0;
  /** Fewest blocks in the window that runs. */
  floor = 0;
  readonly floors: number[] = [];

  constructor(
    readonly frames: readonly string[],
    readonly pool: string,
  ) {}

  get growing(): boolean {
    const { floors } = this;
    return floors.length === WINDOWS && floors.every((floor, index) => index === 0 || floor > floors[index - 1]!);
  }
}

export class Profiler {
  recording: Recording;
  everyBytes: number;
  private untilSample: number;
  private readonly sites = new Map<string, Site>();
  /** By record: the site, the bytes, since when (milliseconds of `now`). A freed record holds the next free one. */
  private readonly records: { site: Site | undefined; bytes: number; since: number; next: number }[] = [];
  private freeRecords = -1;
  private windowEnds: number;

  constructor(
    { recording = 'off', everyBytes = 65_536 }: ProfilerOptions = {},
    private readonly now: () => number = () => performance.now(),
  ) {
    this.recording = recording;
    this.everyBytes = everyBytes;
    this.untilSample = everyBytes;
    this.windowEnds = now() + WINDOW_MS;
  }

  get on(): boolean {
    return this.recording !== 'off';
  }

  /** Changes what is recorded from now on. What is recorded stays until its blocks are freed. */
  configure({ recording = this.recording, everyBytes = this.everyBytes }: ProfilerOptions): void {
    this.recording = recording;
    this.everyBytes = everyBytes;
    this.untilSample = everyBytes;
  }

  /**
   * Records a block, when it is its turn: its record plus one, or 0.
   *
   * @param below the function whose callers are of interest
   */
  record(pool: string, bytes: number, below: (...args: never[]) => unknown): number {
    if (this.recording === 'sampled') {
      this.untilSample -= bytes;
      if (this.untilSample > 0) return 0;
      this.untilSample = this.everyBytes;
    }
    const site = this.siteOf(pool, below);
    site.blocks++;
    site.bytes += bytes;
    site.allocations++;
    site.allocatedBytes += bytes;
    if (site.bytes > site.peakBytes) site.peakBytes = site.bytes;
    let index = this.freeRecords;
    if (index < 0) index = this.records.push({ site, bytes, since: this.now(), next: -1 }) - 1;
    else {
      const record = this.records[index]!;
      this.freeRecords = record.next;
      record.site = site;
      record.bytes = bytes;
      record.since = this.now();
    }
    return index + 1;
  }

  /** A recorded block was freed. */
  forget(recordPlusOne: number): void {
    const record = this.records[recordPlusOne - 1]!;
    const site = record.site!;
    site.blocks--;
    site.bytes -= record.bytes;
    if (site.blocks < site.floor) site.floor = site.blocks;
    record.site = undefined;
    record.next = this.freeRecords;
    this.freeRecords = recordPlusOne - 1;
  }

  /** Ends the windows that are over. Call it now and then, at least once a window. */
  observe(): void {
    const at = this.now();
    if (at < this.windowEnds) return;
    this.windowEnds = at + WINDOW_MS;
    for (const site of this.sites.values()) {
      site.floors.push(site.floor);
      if (site.floors.length > WINDOWS) site.floors.shift();
      site.floor = site.blocks;
    }
  }

  report(): ProfileReport {
    const oldest = this.oldestBySite();
    return {
      recording: this.recording,
      everyBytes: this.recording === 'sampled' ? this.everyBytes : null,
      sites: [...this.sites.values()].map((site) => this.reportOf(site, oldest)).sort((a, b) => b.bytes - a.bytes),
    };
  }

  /** Sites with blocks of at least this age, those that grow first. */
  leaks(olderThanMs: number): LeakReport[] {
    this.observe();
    const before = this.now() - olderThanMs;
    const old = new Map<Site, { blocks: number; bytes: number }>();
    for (const { site, since, bytes } of this.records) {
      if (!site || since > before) continue;
      const sum = old.get(site) ?? { blocks: 0, bytes: 0 };
      old.set(site, { blocks: sum.blocks + 1, bytes: sum.bytes + bytes });
    }
    const oldest = this.oldestBySite();
    return [...old]
      .map(([site, { blocks, bytes }]) => ({
        ...this.reportOf(site, oldest),
        oldBlocks: blocks,
        oldBytes: bytes,
        verdict: site.growing ? ('growing' as const) : ('held' as const),
        floors: [...site.floors],
      }))
      .sort((a, b) => a.verdict.localeCompare(b.verdict) || b.oldBytes - a.oldBytes);
  }

  private oldestBySite(): Map<Site, number> {
    const oldest = new Map<Site, number>();
    for (const { site, since } of this.records)
      if (site) oldest.set(site, Math.min(oldest.get(site) ?? Number.POSITIVE_INFINITY, since));
    return oldest;
  }

  private reportOf(site: Site, oldest: ReadonlyMap<Site, number>): SiteReport {
    const since = oldest.get(site);
    const [own = '(unknown)', ...callers] = site.frames;
    const { pool, blocks, bytes, allocations, allocatedBytes, peakBytes } = site;
    const oldestMs = since === undefined ? null : this.now() - since;
    return { site: own, callers, pool, blocks, bytes, allocations, allocatedBytes, peakBytes, oldestMs };
  }

  private siteOf(pool: string, below: (...args: never[]) => unknown): Site {
    const holder: { stack?: string } = {};
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    Error.captureStackTrace(holder, below);
    // Only here is the stack written out.
    const stack = holder.stack ?? '';
    Error.stackTraceLimit = limit;
    const key = `${pool}\n${stack}`;
    let site = this.sites.get(key);
    if (!site) {
      const frames = stack
        .split('\n')
        .slice(1)
        .map((line) => line.trim().replace(/^at /, ''));
      this.sites.set(key, (site = new Site(frames, pool)));
    }
    return site;
  }
}
