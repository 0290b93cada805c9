import { Acceptor, MessageStore } from '@nautilus/core/fix';
import { type Durability, Journal } from '@nautilus/core/journal';
import type { EngineIo } from '@nautilus/core/kernel';
import type { OrderSystem } from '../order-system';
import type { FixConfig } from './config';
import { JournalFollower } from './journal-follower';
import { Reports } from './reports';
import { endOf, positionOf, SessionDesk } from './session-desk';

/** Of a session's journal: most of them stay small. */
const SEGMENT_BYTES = 16 << 20;
const PREALLOCATED_BYTES = 1 << 20;

/**
 * FIX 4.4 at the order system's door. Requests become records of the order journal like any others; reports are made from that journal,
 * each marked with the record that it follows from, so that whatever ends the process, every report is sent once.
 */
export class FixGateway {
  private readonly desks: readonly SessionDesk[];
  private readonly follower: JournalFollower;
  private readonly acceptor: Acceptor;

  constructor(
    config: FixConfig,
    system: OrderSystem,
    journal: Journal,
    { log, dataDirectory, gauge }: Pick<EngineIo, 'log' | 'dataDirectory' | 'gauge'>,
    durability: Durability,
  ) {
    this.desks = config.sessions.map((session) => {
      const name = `fix-${session.senderCompId}-${session.targetCompId}`.toLowerCase();
      // A message waits for the disk anyway: a sync of its own would only stop the order path.
      const options = { directory: dataDirectory, name, durability: durability === 'always' ? 'batched' : durability };
      const open = () =>
        Journal.open({ ...options, segmentBytes: SEGMENT_BYTES, preallocateBytes: PREALLOCATED_BYTES });
      return new SessionDesk(session, system, (recovered) => new MessageStore(open(), recovered), log);
    });
    // A new session is told of what happens from now on.
    for (const { store } of this.desks) if (store.mark === 0) store.advance(endOf(journal.durable));
    const position = Math.min(...this.desks.map(({ store }) => positionOf(store.mark)));
    const { desks } = this;
    this.follower = new JournalFollower(
      journal,
      {
        before: (record, number) => {
          for (const desk of desks) desk.before(record, number, this.follower.state);
        },
        changed: (index, event) => {
          for (const desk of desks) desk.changed(this.follower.state, index, event);
        },
        after: (record) => {
          for (const desk of desks) desk.after(record);
        },
      },
      position,
    );
    const reports = new Reports(this.follower.state, system.directory, config.venues);
    for (const desk of desks) desk.follow(this.follower.state, reports);
    this.acceptor = new Acceptor({
      host: config.host,
      port: config.port,
      sessions: desks.map(({ session }) => session),
      log: (what, details) => log.info(details, what),
    });
    gauge('nautilus_oms_fix_sessions', 'FIX counterparties that are logged on', () => this.loggedOn);
    gauge('nautilus_oms_fix_lag_records', 'Durable records of the order journal that FIX has not told of', () =>
      Math.max(0, journal.durable - this.follower.position),
    );
  }

  get loggedOn(): number {
    return this.desks.filter(({ session }) => session.loggedOn).length;
  }

  /** Catches up with the order journal, then listens. @throws CodedError NAUT_FIX_PORT */
  async start(): Promise<void> {
    while (this.follower.poll() > 0);
    await this.acceptor.start();
  }

  /** Returns how many records were told of. */
  poll(): number {
    const done = this.follower.poll();
    for (const desk of this.desks) desk.settle(this.follower.state);
    return done;
  }

  /** Resolves when every session's journal tells that it knows of a record: what is before it may then be forgotten. */
  async reached(record: number): Promise<void> {
    while (this.follower.position < record) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const { store } of this.desks) store.advance(endOf(record));
    await Promise.all(this.desks.map(({ store }) => store.flush()));
  }

  /** Tells of the rest and logs every counterparty out. */
  async stop(): Promise<void> {
    while (this.follower.poll() > 0);
    await this.acceptor.stop();
    for (const desk of this.desks) {
      desk.settle(this.follower.state);
      desk.store.advance(endOf(this.follower.position));
      await desk.store.close();
    }
  }
}
