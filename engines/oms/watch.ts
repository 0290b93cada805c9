/**
 * What the order system does of its own accord, each a record before it happens: stops that a trade reaches, orders of an account whose
 * kill switch is engaged, cancels of many orders that are under way, sessions that have fallen silent.
 */
import { CommandKind, monotonicNs, Rejection, Side } from '@nautilus/core/domain';
import { type ClientSession, sessionKey } from './client-sessions';
import { isLive } from './life-cycle';
import { rowOf } from './order-store';
import type { Recorder } from './recorder';
import { type JournalRecord, RecordKind, Source } from './records';
import { ANY, SWEEP_STEP } from './sweeps';

/** Instruments with stops that one pass looks at while there is other work, and while there is none. */
const BUSY = 1;
const IDLE = 16;
/** Passes between two looks at kill switches, and at the clock for silent sessions: powers of two. */
const ACCOUNT_PASSES = 16;
const SESSION_PASSES = 256;
/** Accounts that one look takes in. */
const ACCOUNTS = 64;

/** The entry that asked for it, whose answer says that it is journaled. */
interface Asked {
  readonly clientOrderId: number;
  readonly sequence: number;
}

export class Watch {
  private readonly accounts: readonly number[];
  private nextAccount = 0;
  private nextInstrument = 0;
  private passes = 0;
  /** When something of a session was last heard, by account and number. */
  private readonly heardAt = new Map<number, number>();
  /** Every order before it has ended. */
  private firstLive = 0;

  constructor(private readonly system: Recorder) {
    this.accounts = system.directory.accounts;
  }

  /** One pass of a loop that spins: next to nothing while there is nothing to watch. Returns how much was done. */
  poll(busy: boolean): number {
    const { sweeps, stops } = this.system.state;
    let done = sweeps.length === 0 ? 0 : this.continueSweeps();
    if (stops.instruments.length > 0) done += this.watchStops(busy ? BUSY : IDLE);
    if ((++this.passes & (ACCOUNT_PASSES - 1)) !== 0) return done;
    if ((this.passes & (SESSION_PASSES - 1)) === 0) this.watchSessions();
    return done + this.watchAccounts();
  }

  /** Nobody's session survives the process, and a list of which not all was journaled is refused. */
  recovered(): void {
    const { system } = this;
    const { state } = system;
    if (state.openList !== undefined) {
      const [account, group] = state.openList;
      const { order } = system.draft(Source.http);
      order.command = CommandKind.submit;
      order.account = account;
      order.group = group;
      system.refuse(Rejection.groupRefused);
    }
    for (const { account, session } of state.sessions.all()) this.logOff(account, session, Rejection.sessionEnded);
  }

  logOn({ account, session, heartbeatMs, cancelOnDisconnect }: ClientSession, asked?: Asked): void {
    this.writeSession(account, session, asked, (record) => {
      record.heartbeatMs = heartbeatMs;
      record.cancelOnDisconnect = cancelOnDisconnect;
      record.begins = 1;
    });
    this.heard(account, session);
  }

  /** Ends a session; its day orders are cancelled when it asked for that. */
  logOff(account: number, session: number, reason: number, asked?: Asked): void {
    this.writeSession(account, session, asked, (record) => {
      record.reason = reason;
    });
    this.heardAt.delete(sessionKey(account, session));
  }

  /** Something of a session came. */
  heard(account: number, session: number): void {
    this.heardAt.set(sessionKey(account, session), monotonicNs());
  }

  /** A step of the oldest sweep. */
  continueSweeps(): number {
    const { system } = this;
    const sweep = system.state.sweeps[0];
    if (sweep === undefined) return 0;
    const { sweepStep } = system.begin(RecordKind.sweepStep);
    const from = Math.min(sweep.end, Math.max(sweep.next, this.skipEnded()));
    sweepStep.at = Date.now();
    sweepStep.sweep = sweep.record;
    sweepStep.from = from;
    sweepStep.end = Math.min(sweep.end, from + SWEEP_STEP);
    system.append();
    return 1;
  }

  private skipEnded(): number {
    const { orders } = this.system.state;
    while (
      this.firstLive < orders.count &&
      !isLive(orders.chunkOf(this.firstLive).status[rowOf(this.firstLive)] as number)
    )
      this.firstLive++;
    return this.firstLive;
  }

  private watchAccounts(): number {
    const { system, accounts } = this;
    const { killed } = system.state;
    let done = 0;
    for (let i = Math.min(ACCOUNTS, accounts.length); i > 0; i--) {
      this.nextAccount = (this.nextAccount + 1) % accounts.length;
      const account = accounts[this.nextAccount] as number;
      const engaged = system.checks.isKilled(account);
      if (engaged === killed.has(account)) continue;
      if (engaged) {
        const all = { instrument: ANY, side: ANY, strategy: ANY, session: ANY, dayOnly: 0 };
        system.sweep({ account, ...all, reason: Rejection.killSwitch });
      } else {
        const { killReleased } = system.begin(RecordKind.killReleased);
        killReleased.at = Date.now();
        killReleased.account = account;
        system.append();
      }
      done++;
    }
    return done;
  }

  private watchStops(places: number): number {
    const { system } = this;
    const { instruments } = system.state.stops;
    let done = 0;
    for (let i = Math.min(places, instruments.length); i > 0; i--) {
      this.nextInstrument = (this.nextInstrument + 1) % instruments.length;
      done += this.trigger(instruments[this.nextInstrument] as number);
    }
    return done;
  }

  private trigger(instrument: number): number {
    const { system } = this;
    const { stops, moves, orders, actions } = system.state;
    const last = system.checks.lastTrade(instrument);
    if (last <= 0 || actions.isOld(instrument, last)) return 0;
    let done = 0;
    for (;;) {
      const index = stops.take(instrument, last);
      if (index < 0) return done;
      const stopPrice = orders.chunkOf(index).stopPrice[rowOf(index)] as number;
      const buys = orders.chunkOf(index).side[rowOf(index)] === Side.buy;
      // An order that has ended, was changed, or waits for something else has left its entry behind.
      if (!moves.awaitsPrice(index) || (buys ? last < stopPrice : last > stopPrice)) continue;
      const { trigger } = system.begin(RecordKind.trigger);
      trigger.at = Date.now();
      trigger.timeNs = system.checks.marketTimeNs();
      trigger.orderId = index + 1;
      trigger.price = last;
      system.append();
      done++;
    }
  }

  private watchSessions(): void {
    const now = monotonicNs();
    for (const { account, session, heartbeatMs } of this.system.state.sessions.all()) {
      if (heartbeatMs === 0) continue;
      const heard = this.heardAt.get(sessionKey(account, session)) ?? now;
      if (now - heard > heartbeatMs * 1e6) this.logOff(account, session, Rejection.sessionEnded);
    }
  }

  private writeSession(
    account: number,
    session: number,
    asked: Asked | undefined,
    fill: (record: JournalRecord['session']) => void,
  ): void {
    const record = this.system.begin(RecordKind.session).session;
    record.at = Date.now();
    record.account = account;
    record.session = session;
    record.source = asked === undefined ? Source.http : Source.entry;
    record.clientOrderId = asked?.clientOrderId ?? 0;
    record.entrySequence = asked?.sequence ?? 0;
    fill(record);
    this.system.append();
  }
}
