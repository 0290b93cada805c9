import { fromPriceUnits, OrderType, Rejection, Side, TimeInForce, toPriceUnits } from '@nautilus/core/domain';
import {
  type Body,
  type ConnectionEnd,
  Fields,
  type FixMessage,
  FixSession,
  Initiator,
  type MessageStore,
  MsgType,
  type SentMessage,
  Tag,
  timestampOf,
} from '@nautilus/core/fix';
import { VenueEventKind, VenueEvents } from './events';
import {
  ALREADY_PENDING,
  NO_SUCH_ORDER,
  orderTypes,
  POST_ONLY,
  RESTING,
  reasonOf,
  sides,
  timesInForce,
  UNKNOWN_ORDER,
} from './fix-codes';
import { FixOrder, nameOf, type VenueFill } from './fix-order';
import type { Fees, Venue } from './venue';

export interface FixVenueOptions {
  readonly name: string;
  readonly fees: Fees;
  readonly host: string;
  readonly port: number;
  readonly senderCompId: string;
  readonly targetCompId: string;
  readonly heartbeatSeconds: number;
  /** Account (1) of every order; left out: the venue knows it by the session. */
  readonly account?: string;
  /** Symbols as the venue has them. */
  readonly instruments: readonly { readonly id: number; readonly symbol: string }[];
  /** Of this session of the execution system: ids of requests are never used twice. */
  readonly epoch: number;
  readonly roundTripNs: number;
  /** The market data by which orders are routed there. */
  readonly prices: Pick<Venue, 'best' | 'readDepth'>;
  /** Numbers of a child, which no other has in any session, and of its order. */
  readonly numbersOf: (child: number) => readonly [childId: number, orderId: number];
  /** A fill of an order that is not of this session; it may have been told in its own. */
  readonly filledBefore: (order: FixOrder, instrument: number, side: number, fill: VenueFill) => void;
  readonly log: (what: string, details: object) => void;
}

/** What is left at the venue of an earlier session is asked for again after so long. */
const ASK_AGAIN_MS = 2_000;

/**
 * A venue that is reached over FIX 4.4, as its client. What it says comes with the session, and becomes events as it comes.
 *
 * The store of messages tells what an earlier session sent. Of that, what is not known to have ended is cancelled as soon as the venue can
 * be reached; its fills are told by `filledBefore`. Until nothing is left of it no order of this session may be sent.
 */
export class FixVenue implements Venue {
  readonly name: string;
  readonly fees: Fees;
  readonly roundTripNs: number;
  readonly events = new VenueEvents();
  readonly nextNs = Number.POSITIVE_INFINITY;
  readonly session: FixSession;
  /** Reports about orders of nobody, or of a session before that had ended there. */
  strangers = 0;
  /** How it ended when the session did last; undefined while it is up. */
  down: ConnectionEnd | undefined;
  private readonly initiator: Initiator;
  /** By the child's number: those of this session, and what is left of earlier ones. */
  private readonly orders = new Map<number, FixOrder>();
  /** Numbers of those that have not ended, the oldest first. */
  private readonly open = new Set<number>();
  private readonly children: (FixOrder | undefined)[] = [];
  private readonly symbols: ReadonlyMap<number, string>;
  private leftCount = 0;
  private newest: number;
  private askedAt = 0;
  private noted = { nextIn: 1, settled: 0 };

  /** @param openStore the session's store; told of each message that it has */
  constructor(
    private readonly options: FixVenueOptions,
    openStore: (recovered: (message: SentMessage) => void) => MessageStore,
  ) {
    const { name, fees, roundTripNs, host, port, senderCompId, targetCompId, heartbeatSeconds, instruments } = options;
    this.name = name;
    this.fees = fees;
    this.roundTripNs = roundTripNs;
    this.symbols = new Map(instruments.map(({ id, symbol }) => [id, symbol]));
    const store = openStore((message) => this.recall(message));
    for (const childId of this.open) if (childId <= store.mark) this.end(childId);
    this.newest = Math.max(store.mark, ...this.open);
    this.leftCount = this.open.size;
    const { log } = options;
    this.session = new FixSession({ senderCompId, targetCompId, heartbeatSeconds, initiator: true }, store, {
      loggedOn: () => undefined,
      caughtUp: () => this.connect(),
      loggedOff: (reason) => this.disconnect({ stage: 'lost', reason }),
      message: (message) => this.take(message),
      log,
    });
    this.initiator = new Initiator({
      host,
      port,
      session: this.session,
      log,
      ended: (end) => {
        this.down = end;
      },
    });
    this.disconnect({ stage: 'unreachable', reason: 'it was not called yet' });
  }

  /** Orders of earlier sessions of which the venue has not yet said how they ended. */
  get left(): number {
    return this.leftCount;
  }

  start(): void {
    this.initiator.start();
  }

  /** Logs out; what rests there goes on resting. */
  async stop(): Promise<void> {
    await this.initiator.stop();
    await this.session.store.close();
  }

  poll(): void {
    if (this.leftCount > 0 && this.down === undefined && Date.now() - this.askedAt > ASK_AGAIN_MS) this.cancelLeft();
  }

  /**
   * What the venue had said up to the last call has had its effect for good: neither a message before it nor an order that had ended by
   * then need be asked for by a later session.
   */
  settle(): void {
    const { store } = this.session;
    this.keep(() => {
      store.received(this.noted.nextIn);
      store.advance(this.noted.settled);
    });
    const [oldest] = this.open;
    this.noted = { nextIn: store.nextIn, settled: oldest === undefined ? this.newest : oldest - 1 };
  }

  trades(instrument: number): boolean {
    return this.symbols.has(instrument);
  }

  best(instrument: number, side: number): number {
    return this.options.prices.best(instrument, side);
  }

  readDepth(instrument: number, side: number, levels: number, into: Float64Array): number {
    return this.options.prices.readDepth(instrument, side, levels, into);
  }

  submit(
    child: number,
    instrument: number,
    side: number,
    type: number,
    limitPrice: number,
    quantity: number,
    timeInForce: number,
  ): void {
    const before = this.children[child];
    if (before !== undefined) this.orders.delete(before.childId);
    this.children[child] = undefined;
    if (this.down !== undefined) {
      this.events.push(VenueEventKind.rejected, child, limitPrice, quantity, 0, Rejection.venueRejected);
      return;
    }
    const [childId, orderId] = this.options.numbersOf(child);
    const symbol = this.symbols.get(instrument) as string;
    const order = new FixOrder(childId, orderId, child, symbol, sides[side] as string, orderTypes[type] as string);
    this.children[child] = order;
    this.orders.set(childId, order);
    this.open.add(childId);
    this.newest = childId;
    this.send(MsgType.NewOrderSingle, [
      [Tag.ClOrdID, nameOf(childId, orderId)],
      [Tag.Account, this.options.account],
      ...about(order),
      [Tag.OrderQty, quantity],
      [Tag.OrdType, order.type],
      [Tag.Price, type === OrderType.limit ? fromPriceUnits(limitPrice) : undefined],
      [Tag.TimeInForce, timesInForce[timeInForce]],
      [Tag.ExecInst, timeInForce === TimeInForce.postOnly ? POST_ONLY : undefined],
    ]);
  }

  cancel(child: number): void {
    const order = this.known(child, VenueEventKind.changeRejected);
    if (order !== undefined) this.change(MsgType.OrderCancelRequest, order, []);
  }

  replace(child: number, limitPrice: number, quantity: number): void {
    const order = this.known(child, VenueEventKind.changeRejected);
    if (order === undefined) return;
    this.change(MsgType.OrderCancelReplaceRequest, order, [
      [Tag.OrderQty, quantity],
      [Tag.OrdType, order.type],
      [Tag.Price, order.type === orderTypes[OrderType.limit] ? fromPriceUnits(limitPrice) : undefined],
    ]);
  }

  query(child: number): void {
    const order = this.known(child, VenueEventKind.rejected);
    if (order !== undefined) this.ask(order);
  }

  /** The order of a child, if the venue can be asked and was sent it; else that it never came. */
  private known(child: number, otherwise: number): FixOrder | undefined {
    if (this.down !== undefined) return undefined;
    const order = this.children[child];
    if (order === undefined) this.events.push(otherwise, child, 0, 0, 0, Rejection.unknownOrder);
    return order;
  }

  private ask(order: FixOrder): void {
    this.send(MsgType.OrderStatusRequest, [
      [Tag.ClOrdID, order.name],
      [Tag.Symbol, order.symbol],
      [Tag.Side, order.side],
    ]);
  }

  private change(type: string, order: FixOrder, terms: Body): void {
    const id = `${order.name}-${this.options.epoch}-${++order.changes}`;
    order.pending.add(id);
    this.send(type, [[Tag.ClOrdID, id], [Tag.OrigClOrdID, order.name], ...about(order), ...terms]);
  }

  private send(type: string, body: Body): void {
    this.keep(() => this.session.send(type, body));
  }

  /** Without a disk nothing can be said: the session ends, and what was not kept was never sent. */
  private keep(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.session.fail(error as Error);
    }
  }

  /** Takes in what an earlier session sent. */
  private recall(message: SentMessage): void {
    if (message.type !== MsgType.NewOrderSingle) return;
    const order = FixOrder.of(Fields.of(message.body));
    if (order === undefined) return;
    this.orders.set(order.childId, order);
    this.open.add(order.childId);
  }

  private connect(): void {
    this.down = undefined;
    this.events.push(VenueEventKind.sessionUp, 0, 0, 0, 0, Rejection.none);
    this.cancelLeft();
  }

  private disconnect(end: ConnectionEnd): void {
    this.down = end;
    this.events.push(VenueEventKind.sessionDown, 0, 0, 0, 0, Rejection.none);
  }

  private cancelLeft(): void {
    this.askedAt = Date.now();
    for (const childId of this.open) {
      const order = this.orders.get(childId) as FixOrder;
      if (order.child === 0) this.change(MsgType.OrderCancelRequest, order, []);
    }
  }

  private end(childId: number): void {
    const order = this.orders.get(childId);
    if (!this.open.delete(childId) || order?.child !== 0) return;
    this.orders.delete(childId);
    this.leftCount--;
  }

  private take(message: FixMessage): void {
    const named = FixOrder.of(message);
    const isReport = message.type === MsgType.ExecutionReport;
    const known = named && this.orders.get(named.childId);
    // What an earlier session knew to have ended: who counts the fills knows what is new.
    const order = known ?? (isReport ? named : undefined);
    if (known === undefined) {
      this.strangers++;
      this.options.log('a message is about no order that is open', { message: message.toString() });
    }
    if (order === undefined) return;
    if (isReport) this.report(order, message);
    else if (message.type === MsgType.OrderCancelReject) this.changeRejected(order, message);
    else this.refused(order, message);
  }

  private report(order: FixOrder, message: FixMessage): void {
    for (const fill of order.fills(message, (maker) => (maker === 1 ? this.fees.makerFee : this.fees.takerFee)))
      this.tell(order, fill, message);
    if (order.child > 0) this.event(order, message);
    if (order.hasEnded(message)) this.end(order.childId);
  }

  private tell(order: FixOrder, fill: VenueFill, message: FixMessage): void {
    const { price, quantity, maker, fee, cumulative } = fill;
    if (order.child === 0) this.options.filledBefore(order, this.instrumentOf(message), sideOf(message), fill);
    else this.events.push(VenueEventKind.filled, order.child, price, quantity, maker, Rejection.none, fee, cumulative);
  }

  private instrumentOf(message: FixMessage): number {
    const symbol = message.text(Tag.Symbol);
    return this.options.instruments.find((each) => each.symbol === symbol)?.id ?? 0;
  }

  /** What a report says beside a fill. */
  private event({ child, pending }: FixOrder, message: FixMessage): void {
    const { events } = this;
    const left = message.number(Tag.OrderQty) - message.number(Tag.CumQty);
    const price = toPriceUnits(message.number(Tag.Price)) ?? 0;
    const reason = reasonOf(message);
    const asked = pending.has(message.text(Tag.ClOrdID));
    switch (message.get(Tag.ExecType)) {
      case '0':
        events.push(VenueEventKind.accepted, child, price, left, 0, Rejection.none);
        break;
      case '4':
        pending.clear();
        events.push(asked ? VenueEventKind.cancelled : VenueEventKind.expired, child, price, left, 0, reason);
        break;
      case '5':
        pending.delete(message.text(Tag.ClOrdID));
        events.push(VenueEventKind.replaced, child, price, left, 0, Rejection.none);
        break;
      case '8':
        events.push(VenueEventKind.rejected, child, price, left, 0, reason);
        break;
      case 'C':
        events.push(VenueEventKind.expired, child, price, left, 0, reason);
        break;
      case 'I':
        this.status(child, price, left, message);
        break;
      default:
    }
  }

  private status(child: number, price: number, left: number, message: FixMessage): void {
    const { events } = this;
    const status = message.text(Tag.OrdStatus);
    const unknown = message.get(Tag.OrdRejReason) === NO_SUCH_ORDER;
    if (RESTING.has(status)) events.push(VenueEventKind.restated, child, price, left, 0, Rejection.none);
    else if (status === '4') events.push(VenueEventKind.cancelled, child, price, left, 0, reasonOf(message));
    else if (status === '8') {
      const reason = unknown ? Rejection.unknownOrder : reasonOf(message);
      events.push(VenueEventKind.rejected, child, price, 0, 0, reason);
    } else if (status !== '2') events.push(VenueEventKind.expired, child, price, left, 0, reasonOf(message));
  }

  /** Of two cancels on their way the second is answered by the first's answer. */
  private changeRejected(order: FixOrder, message: FixMessage): void {
    order.pending.delete(message.text(Tag.ClOrdID));
    const why = message.get(Tag.CxlRejReason);
    if (why === ALREADY_PENDING) return;
    if (order.child === 0) this.ask(order);
    else {
      const reason = why === UNKNOWN_ORDER ? Rejection.unknownOrder : reasonOf(message) || Rejection.orderNotLive;
      this.events.push(VenueEventKind.changeRejected, order.child, 0, 0, 0, reason);
    }
  }

  /** BusinessMessageReject: the venue could not even look at the request. */
  private refused(order: FixOrder, message: FixMessage): void {
    this.options.log('a request was refused', { message: message.toString() });
    if (order.child === 0) return;
    const isNew = message.text(Tag.RefMsgType) === MsgType.NewOrderSingle;
    const kind = isNew ? VenueEventKind.rejected : VenueEventKind.changeRejected;
    if (isNew) this.end(order.childId);
    this.events.push(kind, order.child, 0, 0, 0, Rejection.venueRejected);
  }
}

const about = ({ symbol, side }: FixOrder): Body => [
  [Tag.Symbol, symbol],
  [Tag.Side, side],
  [Tag.TransactTime, timestampOf(Date.now())],
];

const sideOf = (message: FixMessage): number => (message.text(Tag.Side) === sides[Side.buy] ? Side.buy : Side.sell);
