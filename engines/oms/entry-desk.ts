/** Orders, changes and sessions over shared memory. */
import { AckKind, CommandKind, type OrderEntry, Rejection, type ViewOf } from '@nautilus/core/domain';
import { rowOf } from './order-store';
import type { Outputs } from './outputs';
import type { Recorder } from './recorder';
import { type JournalRecord, Source } from './records';
import { ANY } from './sweeps';
import type { Watch } from './watch';

type Entry = ViewOf<typeof OrderEntry>;

export class EntryDesk {
  /** @param redelivered entries that were in the ring when this process started: some of them may have been journaled before a crash */
  constructor(
    private readonly system: Recorder & { readonly outputs: Outputs; readonly watch: Watch },
    private redelivered: number,
  ) {}

  readonly onEntry = (entry: Entry): void => {
    const { system } = this;
    const index = system.state.findNumeric(entry.account, entry.clientOrderId);
    if (this.redelivered > 0 && this.isRedelivered(entry, index)) return;
    system.outputs.entrySentAt = entry.sentAt;
    if (entry.session !== 0) system.watch.heard(entry.account, entry.session);
    if (entry.kind >= CommandKind.cancelAll && entry.kind <= CommandKind.logoff) this.control(entry);
    else {
      this.draft(entry, index);
      if (isId(entry.clientOrderId)) system.decide(index);
      else system.refuse(Rejection.badClientOrderId, entry.clientOrderId, Number.MAX_SAFE_INTEGER);
    }
  };

  readonly onEntryWithoutJournal = (entry: Entry): void => {
    this.system.outputs.refuse(entry.account, entry.clientOrderId, AckKind.rejected, Rejection.journalUnavailable);
  };

  /** What is about no single order. */
  private control(entry: Entry): void {
    const { system } = this;
    if (entry.kind === CommandKind.heartbeat) return;
    const reason = this.refusalOf(entry);
    if (reason !== Rejection.none) {
      this.draft(entry, -1);
      system.refuse(reason, reason === Rejection.badSession ? entry.session : entry.account);
    } else if (entry.kind === CommandKind.cancelAll) {
      const instrument = entry.instrument === 0 ? ANY : entry.instrument;
      const scope = { account: entry.account, instrument, side: ANY, strategy: ANY, session: ANY };
      system.sweep({ ...scope, dayOnly: 0, reason: Rejection.bulkCancel }, entry);
    } else if (entry.kind === CommandKind.logon) {
      const { account, session, heartbeatMs, cancelOnDisconnect } = entry;
      system.watch.logOn({ account, session, heartbeatMs, cancelOnDisconnect }, entry);
    } else system.watch.logOff(entry.account, entry.session, Rejection.none, entry);
  }

  private refusalOf({ kind, account, session, heartbeatMs }: Entry): number {
    const { directory, state } = this.system;
    if (directory.knownAccounts[account] !== 1) return Rejection.unknownAccount;
    if (kind === CommandKind.cancelAll) return Rejection.none;
    const known = state.sessions.get(account, session) !== undefined;
    const fits = kind === CommandKind.logon ? !known && session > 0 && heartbeatMs >= 0 : known;
    return fits ? Rejection.none : Rejection.badSession;
  }

  private draft(entry: Entry, index: number): void {
    const { state } = this.system;
    const { order } = this.system.draft(Source.entry);
    order.clientOrderId = entry.clientOrderId;
    order.entrySequence = entry.sequence;
    order.startNs = entry.startNs;
    order.endNs = entry.endNs;
    order.riskAversion = entry.riskAversion;
    order.group = entry.group;
    order.account = entry.account;
    order.instrument = entry.instrument;
    order.quantity = entry.quantity;
    order.limitPrice = entry.limitPrice;
    order.stopPrice = entry.stopPrice;
    order.displayQuantity = entry.displayQuantity;
    order.participation = entry.participation;
    order.slices = entry.slices;
    order.strategy = entry.strategy;
    order.session = entry.session;
    order.command = entry.kind;
    order.side = entry.side;
    order.type = entry.type;
    order.timeInForce = entry.timeInForce;
    order.algorithm = entry.algorithm;
    order.contingency = entry.contingency;
    // An order that is not there has no number.
    if (entry.parent !== 0) order.parent = state.findNumeric(entry.account, entry.parent) + 1 || -1;
    if (index >= 0 && entry.kind !== CommandKind.submit) this.takeKnown(order, index);
  }

  /** A change is about the order that is there; a stop price that it does not name stays. */
  private takeKnown(order: JournalRecord['order'], index: number): void {
    const chunk = this.system.state.orders.chunkOf(index);
    const row = rowOf(index);
    order.instrument = chunk.instrument[row] as number;
    order.side = chunk.side[row] as number;
    if (order.stopPrice === 0) order.stopPrice = chunk.stopPrice[row] as number;
  }

  /** An entry that was journaled by a process that died before it could move its cursor. Its answer is published by recovery. */
  private isRedelivered(entry: Entry, index: number): boolean {
    this.redelivered--;
    const { state } = this.system;
    if (entry.sequence > state.entrySequence) return false;
    if (entry.kind !== CommandKind.submit) return true;
    return index >= 0 && state.orders.chunkOf(index).entrySequence[rowOf(index)] === entry.sequence;
  }
}

const isId = (clientOrderId: number): boolean => Number.isSafeInteger(clientOrderId) && clientOrderId > 0;
