/** An order system in memory before an execution system that answers late: all that crosses on the way crosses here. */
import {
  AckKind,
  type CodeOf,
  CommandKind,
  Contingency,
  type Fields,
  type FieldsOf,
  OrderAck,
  OrderCommand,
  OrderType,
  OrderUpdate,
  Rejection,
  ReportKind,
  Side,
  type ValuesOf,
} from '@nautilus/core/domain';
import type { Publication } from '@nautilus/core/transport';
import { Directory } from '../../../engines/oms/directory';
import { OrderChecks } from '../../../engines/oms/order-checks';
import { OrderState } from '../../../engines/oms/order-state';
import { Hold, rowOf } from '../../../engines/oms/order-store';
import { Outputs } from '../../../engines/oms/outputs';
import { JournalRecord, RecordKind, Source } from '../../../engines/oms/records';
import type { SweepScope } from '../../../engines/oms/sweeps';

export const ACCOUNT = 1;
export const INSTRUMENT = 2;

type Command = ValuesOf<typeof OrderCommand>;
type Terms = Partial<JournalRecord['order']>;

/** A ring with room for all, whose messages are read as plain objects. */
function wire<F extends Fields, V>(layout: { view(buffer: ArrayBufferLike): unknown; size: number }) {
  const view = layout.view(new ArrayBuffer(layout.size)) as { copy(): V };
  const sent: V[] = [];
  let claimed = false;
  const keep = () => {
    if (claimed) sent.push(view.copy());
    claimed = false;
  };
  const publication = {
    fresh: true,
    last: () => undefined,
    inFlight: () => 0,
    claim: () => {
      keep();
      claimed = true;
      return view;
    },
    commit: keep,
  };
  return { sent, publication: publication as unknown as Publication<F> };
}

const noLimits = {
  maxOrderNotional: 1e15,
  writtenAt: 0,
  maxOrderQuantity: 1e9,
  maxPosition: 1e9,
  collarBasisPoints: 10_000,
  maxOrdersPerSecond: 1e9,
  killSwitch: 0,
  defined: 1,
};
const quote = { timeNs: 1, bid: 1000, bidQuantity: 9, ask: 1001, askQuantity: 9, last: 1000 };

/** What the execution system knows of an order. */
interface Worked {
  total: number;
  filled: number;
  working: boolean;
}

export class VenueModel {
  readonly tape: Uint8Array[] = [];
  readonly record = new JournalRecord();
  readonly state: OrderState;
  private readonly outputs: Outputs;
  private readonly checks: OrderChecks<typeof noLimits, typeof quote>;
  private readonly commands = wire<FieldsOf<typeof OrderCommand>, Command>(OrderCommand);
  readonly updates = wire<FieldsOf<typeof OrderUpdate>, ValuesOf<typeof OrderUpdate>>(OrderUpdate);
  private readonly acks = wire<FieldsOf<typeof OrderAck>, ValuesOf<typeof OrderAck>>(OrderAck);
  private readonly reports: { kind: number; orderId: number; quantity: number }[] = [];
  private taken = 0;
  private heard = 0;
  private sequence = 0;
  private epoch = 1;
  private clientOrderId = 0;
  readonly worked = new Map<number, Worked>();

  constructor(maxPosition = noLimits.maxPosition) {
    const limits = { ...noLimits, maxPosition };
    const executions = wire(OrderCommand);
    executions.publication.claim = () => undefined;
    this.outputs = new Outputs(
      this.record,
      this.commands.publication,
      executions.publication as never,
      this.acks.publication,
      this.updates.publication,
      { record: () => undefined },
    );
    this.state = new OrderState(this.outputs);
    this.outputs.attach(this.state);
    const directory = new Directory({
      accounts: [{ id: ACCOUNT, name: 'main' }],
      instruments: [{ id: INSTRUMENT, symbol: 'A', currency: 'USD', tickSize: 1 }],
    });
    this.checks = new OrderChecks(
      directory,
      this.state,
      { read: () => limits },
      { read: () => quote },
      { read: () => quote },
      1e18,
    );
    this.outputs.recovered();
  }

  /** A client's order; its number, or 0 when it was refused. */
  submit(terms: Terms): number {
    const { order } = this.draft(CommandKind.submit, terms);
    return this.conclude(this.checks.submit(order, 1)) ? this.state.orders.count : 0;
  }

  /** A client's change of order `orderId`; false when it was refused. */
  change(orderId: number, command: CodeOf<typeof CommandKind>, terms: Terms = {}): boolean {
    const index = this.state.orders.find(orderId);
    if (index < 0) return false;
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const { order } = this.draft(command, {
      quantity: chunk.quantity[row] as number,
      limitPrice: chunk.limitPrice[row] as number,
      stopPrice: chunk.stopPrice[row] as number,
      side: chunk.side[row] as number,
      ...terms,
    });
    return this.conclude(this.checks.change(order, index, 1));
  }

  /** A trade lets a stop go, when that is all that it waits for. */
  trigger(orderId: number): void {
    const index = this.state.orders.find(orderId);
    if (index < 0 || !this.state.moves.awaitsPrice(index)) return;
    this.record.begin(RecordKind.trigger);
    this.record.trigger.orderId = orderId;
    this.append();
  }

  /** A corporate action takes effect. */
  act(action: Partial<JournalRecord['action']>): void {
    this.record.begin(RecordKind.action);
    const sequence = this.state.actions.sequence + 1;
    Object.assign(this.record.action, {
      sequence,
      into: -1,
      over: 1,
      under: 1,
      tickSize: 1,
      instrument: INSTRUMENT,
      ...action,
    });
    this.append();
  }

  sweep(scope: SweepScope): void {
    this.record.begin(RecordKind.sweep);
    this.record.sweep.assign(scope);
    this.record.sweep.source = Source.http;
    this.append();
    const [sweep] = this.state.sweeps;
    if (sweep === undefined) return;
    this.record.begin(RecordKind.sweepStep);
    this.record.sweepStep.sweep = sweep.record;
    this.record.sweepStep.end = sweep.end;
    this.append();
  }

  /** The execution system takes some of the commands that are on their way. */
  deliver(commands: number): void {
    const { sent } = this.commands;
    while (commands-- > 0 && this.taken < sent.length) this.obey(sent[this.taken++] as Command);
  }

  /** The order system hears some of the reports that are on their way. */
  hear(reports: number): void {
    while (reports-- > 0 && this.heard < this.reports.length) {
      const { kind, orderId, quantity } = this.reports[this.heard++] as (typeof this.reports)[number];
      this.record.begin(RecordKind.report);
      const { report } = this.record;
      report.at = this.tape.length;
      report.epoch = this.epoch;
      report.sequence = ++this.sequence;
      report.report = kind;
      report.orderId = orderId;
      report.quantity = quantity;
      report.price = kind === ReportKind.fill ? 1000 : 0;
      this.append();
    }
  }

  /** The market trades up to `quantity` of an order that works. */
  trade(orderId: number, quantity: number): void {
    const order = this.worked.get(orderId);
    if (order === undefined || !order.working) return;
    const traded = Math.min(quantity, order.total - order.filled);
    order.filled += traded;
    order.working = order.filled < order.total;
    this.tell(ReportKind.fill, orderId, traded);
  }

  /** The venue ends an order of its own accord. */
  end(
    orderId: number,
    kind: typeof ReportKind.expired | typeof ReportKind.rejected | typeof ReportKind.cancelled,
  ): void {
    const order = this.worked.get(orderId);
    if (order === undefined || !order.working) return;
    order.working = false;
    this.tell(kind, orderId);
  }

  /** All that is on its way arrives. */
  settle(): void {
    while (this.taken < this.commands.sent.length || this.heard < this.reports.length) {
      this.deliver(Number.POSITIVE_INFINITY);
      this.hear(Number.POSITIVE_INFINITY);
    }
  }

  get commandsSent(): readonly Command[] {
    return this.commands.sent;
  }

  get acceptedAcks(): number {
    return this.acks.sent.filter(({ kind }) => kind === AckKind.accepted).length;
  }

  private draft(command: number, terms: Terms): JournalRecord {
    const { record } = this;
    record.begin(RecordKind.order);
    Object.assign(record.order, {
      at: this.tape.length + 1,
      account: ACCOUNT,
      instrument: INSTRUMENT,
      clientOrderId: ++this.clientOrderId,
      entrySequence: this.clientOrderId,
      source: Source.entry,
      command,
      quantity: 100,
      limitPrice: terms.type === OrderType.stop ? 0 : 1000,
      side: Side.buy,
      ...terms,
    });
    return record;
  }

  private conclude(reason: number): boolean {
    const { record } = this;
    record.order.reason = reason;
    if (reason !== Rejection.none) record.become(RecordKind.refusal);
    else if (record.order.command !== CommandKind.submit) record.become(RecordKind.change);
    this.append();
    return reason === Rejection.none;
  }

  private append(): void {
    this.tape.push(this.record.bytes.slice(0, this.record.length));
    this.state.apply(this.record, this.tape.length);
    this.outputs.publish(this.tape.length);
  }

  /** As the execution system's desk does: an order that is known is not begun again, a replace counts what crossed it. */
  private obey({ kind, orderId, quantity, filled }: Command): void {
    const order = this.worked.get(orderId);
    if (kind === CommandKind.submit || kind === CommandKind.resume) {
      if (order !== undefined && (kind === CommandKind.submit || order.working))
        throw new Error(`${orderId} is sent twice`);
      if (quantity < 1) throw new Error(`${orderId} is sent for ${quantity} shares`);
      if (order !== undefined && order.filled !== filled)
        throw new Error(`${orderId} is resumed with ${filled} filled`);
      this.worked.set(orderId, { total: filled + quantity, filled, working: true });
      this.tell(ReportKind.working, orderId);
    } else if (order === undefined || !order.working) this.tell(ReportKind.changeRejected, orderId);
    else if (kind === CommandKind.cancel) {
      order.working = false;
      this.tell(ReportKind.cancelled, orderId);
    } else {
      order.total = filled + quantity;
      order.working = order.filled < order.total;
      this.tell(ReportKind.replaced, orderId, Math.max(0, order.total - order.filled));
    }
  }

  private tell(kind: number, orderId: number, quantity = 0): void {
    this.reports.push({ kind, orderId, quantity });
  }
}

/** What an account could still trade on a side, counted anew from what docs/linked-orders.md says of it. */
export function openQuantity({ orders, links }: OrderState, side: number): number {
  const isLive = (status: number) => (status >= 1 && status <= 5) || status === 10;
  const given = new Set<number>();
  let open = 0;
  for (let index = 0; index < orders.count; index++) {
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    const of = (column: { [row: number]: number }) => column[row] as number;
    const [status, contingency, group] = [of(chunk.status), of(chunk.contingency), of(chunk.group)];
    if (!isLive(status) || of(chunk.side) !== side || of(chunk.parent) !== 0) continue;
    const answerIsDue = status === 4 || status === 5;
    const terms = answerIsDue ? Math.max(of(chunk.quantity), of(chunk.pendingQuantity)) : of(chunk.quantity);
    const waits = status === 10 && (of(chunk.hold) & Hold.primary) !== 0;
    let most = waits ? of(chunk.filled) : terms;
    if (contingency === Contingency.oco) most = Math.max(most, of(chunk.wanted) - of(chunk.taken));
    if (contingency === Contingency.oto || contingency === Contingency.exit) {
      const primary = links.group(ACCOUNT, group)?.primary as number;
      const first = orders.chunkOf(primary);
      const inFull = isLive(first.status[rowOf(primary)] as number);
      const givesBack = first.side[rowOf(primary)] !== side;
      const has = first.filled[rowOf(primary)] as number;
      const may = inFull && !(givesBack && !given.has(group)) ? of(chunk.wanted) : Math.min(of(chunk.wanted), has);
      most = Math.max(most, may - of(chunk.taken));
      if (givesBack) given.add(group);
    }
    open += most - of(chunk.filled);
  }
  return open;
}
