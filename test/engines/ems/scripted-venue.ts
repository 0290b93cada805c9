/** A venue over FIX that does what its test says: it answers well, twice, with a refusal, or not at all. */
import { Acceptor, type FixMessage, FixSession, MessageStore, MsgType, Tag, timestampOf } from '@nautilus/core/fix';
import { Journal } from '@nautilus/core/journal';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { scratchDirectory } from '../engine-process';

export type Mood = 'well' | 'twice' | 'rejecting' | 'silent';

interface Order {
  readonly request: FixMessage;
  filled: number;
  notional: number;
  status: string;
}

export class ScriptedVenue {
  mood: Mood = 'well';
  readonly requests: FixMessage[] = [];
  private readonly orders = new Map<string, Order>();
  private readonly scratch = scratchDirectory('scripted-venue');
  private readonly session: FixSession;
  private readonly acceptor: Acceptor;
  private executions = 0;

  private constructor(readonly port: number) {
    const journal = Journal.open({
      directory: this.scratch.path,
      name: 'venue',
      durability: 'memory',
      preallocateBytes: 1 << 20,
    });
    const names = { senderCompId: 'VENUE', targetCompId: 'DESK' };
    this.session = new FixSession({ ...names, initiator: false, heartbeatSeconds: 30 }, new MessageStore(journal), {
      loggedOn: () => undefined,
      loggedOff: () => undefined,
      message: (message) => this.take(message),
      log: () => undefined,
    });
    this.acceptor = new Acceptor({ host: '127.0.0.1', port, sessions: [this.session], log: () => undefined });
  }

  static async open(): Promise<ScriptedVenue> {
    const venue = new ScriptedVenue(await freePort());
    await venue.acceptor.start();
    return venue;
  }

  async close(): Promise<void> {
    await this.acceptor.stop();
    await this.session.store.close();
    this.scratch.remove();
  }

  /** The next request of a type that was not asked for yet. */
  async hears(type: string): Promise<FixMessage> {
    const request = await eventually(
      `a request ${type}`,
      async () => this.requests.find((one) => one.type === type),
      20,
    );
    this.requests.splice(this.requests.indexOf(request), 1);
    return request;
  }

  /** Says that an order traded. `unheard`: shares that traded before without a word. */
  fill(request: FixMessage, quantity: number, price: number, unheard = 0): void {
    const order = this.orders.get(request.text(Tag.ClOrdID)) as Order;
    order.filled += quantity + unheard;
    order.notional += (quantity + unheard) * price;
    order.status = order.filled === request.number(Tag.OrderQty) ? '2' : '1';
    this.report(order, 'F', request.text(Tag.ClOrdID), [
      [Tag.LastQty, quantity],
      [Tag.LastPx, price],
      [Tag.LastLiquidityInd, 2],
      [Tag.Commission, 0.05],
      [Tag.CommType, 3],
    ]);
  }

  private take(message: FixMessage): void {
    this.requests.push(message);
    const id = message.text(Tag.ClOrdID);
    const known = this.orders.get(message.get(Tag.OrigClOrdID) ?? id);
    if (message.type === MsgType.NewOrderSingle) {
      const order = { request: message, filled: 0, notional: 0, status: this.mood === 'rejecting' ? '8' : '0' };
      this.orders.set(id, order);
      this.report(order, order.status, id, order.status === '8' ? [[Tag.Text, 'killSwitch']] : []);
    } else if (known === undefined) return;
    else if (message.type === MsgType.OrderStatusRequest) this.report(known, 'I', id);
    else if (message.type === MsgType.OrderCancelRequest) {
      known.status = '4';
      this.report(known, '4', id);
    }
  }

  private report(order: Order, execType: string, clOrdId: string, more: [number, string | number][] = []): void {
    const { request, filled, notional, status } = order;
    if (this.mood === 'silent') return;
    const execId = `E${++this.executions}`;
    for (let count = this.mood === 'twice' ? 2 : 1; count > 0; count--)
      this.session.send(MsgType.ExecutionReport, [
        [Tag.OrderID, `V${clOrdId}`],
        [Tag.ClOrdID, clOrdId],
        [Tag.ExecID, execId],
        [Tag.ExecType, execType],
        [Tag.OrdStatus, status],
        [Tag.Symbol, request.text(Tag.Symbol)],
        [Tag.Side, request.text(Tag.Side)],
        [Tag.OrderQty, request.text(Tag.OrderQty)],
        [Tag.Price, request.get(Tag.Price)],
        [Tag.LeavesQty, status === '0' || status === '1' ? request.number(Tag.OrderQty) - filled : 0],
        [Tag.CumQty, filled],
        [Tag.AvgPx, filled === 0 ? 0 : notional / filled],
        [Tag.TransactTime, timestampOf(Date.now())],
        ...more,
      ]);
  }
}
