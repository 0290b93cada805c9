import type { Journal } from './journal';
import type { JournalSettings } from './settings';
import type { SnapshotSink } from './snapshot-sink';

/** So much later than due a snapshot is taken although the engine has work to do: due after 1,000 records, not idle until 2,000. */
const PATIENCE = 2;

interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Decides when an engine takes snapshots: when one is due, and the engine finds nothing to do. */
export class SnapshotSchedule {
  private readonly records: number;
  private readonly seconds: number;
  private readonly clock: NodeJS.Timeout | undefined;
  /** Record of the last snapshot that was begun, and whole seconds since then. */
  private last: number;
  private age = 0;
  private running = false;

  constructor(
    private readonly journal: Journal,
    { records = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY }: JournalSettings['snapshot'],
    private readonly write: (sink: SnapshotSink) => void,
    private readonly log: Log,
  ) {
    this.records = records;
    this.seconds = seconds;
    const { snapshot = 0, refusedSnapshots } = journal.recovered;
    this.last = snapshot;
    for (const { message } of refusedSnapshots) log.error({ error: message }, 'a snapshot was left out');
    if (seconds < Number.POSITIVE_INFINITY) this.clock = setInterval(() => this.age++, 1000).unref();
  }

  /** Called in each pass of the engine. */
  poll(idle: boolean): void {
    const news = this.journal.last - this.last;
    if (news === 0 || (news < this.records && this.age < this.seconds) || this.running) return;
    if (idle || news >= PATIENCE * this.records || this.age >= PATIENCE * this.seconds) void this.take();
  }

  stop(): void {
    clearInterval(this.clock);
  }

  private async take(): Promise<void> {
    this.running = true;
    this.last = this.journal.last;
    this.age = 0;
    try {
      const start = performance.now();
      let bytes = 0;
      const kept = this.journal.snapshot((sink) => {
        this.write(sink);
        bytes = sink.length;
      });
      // How long the engine stood still: what follows is done beside it.
      const pauseMs = performance.now() - start;
      this.log.info({ record: await kept, bytes, pauseMs }, 'snapshot');
    } catch (error) {
      // The journal goes on, and the next one is tried when it is due.
      this.log.error({ error: (error as Error).message }, 'there is no snapshot this time');
    }
    this.running = false;
  }
}
