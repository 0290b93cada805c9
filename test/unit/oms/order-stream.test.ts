import { CommandKind, OrderType, type OrderUpdate, Side, type ValuesOf, type ViewOf } from '@nautilus/core/domain';
import type { SocketPeer } from '@nautilus/core/kernel';
import { Random } from '@nautilus/core/numerics';
import { changeView, orderView } from '../../../engines/oms/api/views';
import { Directory } from '../../../engines/oms/directory';
import { isLive } from '../../../engines/oms/life-cycle';
import { rowOf } from '../../../engines/oms/order-store';
import type { OrderSystem } from '../../../engines/oms/order-system';
import { OrderStream } from '../../../engines/oms/socket/order-stream';
import { ACCOUNT, INSTRUMENT, VenueModel } from './venue-model';

type Update = ValuesOf<typeof OrderUpdate>;

interface Told {
  readonly type: 'state' | 'change' | 'gap';
  readonly sequence?: number;
  readonly more?: boolean;
  readonly orders?: readonly View[];
  readonly change?: View & { readonly sequence: number };
}
interface View {
  readonly orderId: number;
  readonly status: string;
  readonly quantity: number;
  readonly filledQuantity: number;
}

/** An order system whose disk and whose drop copy are behind by chance, and a client that adds up what it is told. */
class Scene {
  readonly model = new VenueModel();
  readonly known = new Map<number, View>();
  /** Number of the change after which each order was last heard of. */
  private readonly heardAt = new Map<number, number>();
  readonly system = {
    state: this.model.state,
    directory: new Directory({
      accounts: [{ id: ACCOUNT, name: 'main' }],
      instruments: [{ id: INSTRUMENT, symbol: 'A', currency: 'USD', tickSize: 1 }],
    }),
    released: 0,
  };
  /** The record that each change followed from. */
  private readonly recordOf: number[] = [];
  private told = 0;
  complete = 0;
  readonly stream: OrderStream;

  constructor(scope: { readonly account: number; readonly session: number }) {
    const peer = { unread: 0, send: (message: string | object) => this.hear(message) } as unknown as SocketPeer;
    this.stream = new OrderStream(this.system as unknown as OrderSystem, peer, scope);
  }

  /** Something happens in the order system. */
  happen(what: (model: VenueModel) => void): void {
    what(this.model);
    const { length } = this.model.updates.sent;
    while (this.recordOf.length < length) this.recordOf.push(this.model.tape.length);
  }

  /** The disk gets ahead, and the drop copy tells of some of it. */
  advance(records: number, updates: number): void {
    this.system.released = Math.min(this.model.tape.length, this.system.released + records);
    this.stream.poll();
    const { sent } = this.model.updates;
    while (updates-- > 0 && this.told < sent.length && (this.recordOf[this.told] as number) <= this.system.released) {
      const update = sent[this.told++] as Update as ViewOf<typeof OrderUpdate>;
      this.stream.changed(update, () =>
        JSON.stringify({ channel: 'orders', type: 'change', change: changeView(this.system, update) }),
      );
    }
  }

  /** Changes that nobody kept. */
  lose(): void {
    this.told = this.model.updates.sent.length;
    this.stream.restart(1);
  }

  private hear(message: string | object): void {
    const told = (typeof message === 'string' ? JSON.parse(message) : message) as Told;
    if (told.type === 'gap') this.known.clear();
    else if (told.type === 'state') {
      if (told.more === false) this.complete++;
      for (const order of told.orders ?? []) this.note(order, told.sequence as number, true);
    } else if (told.change) this.note(told.change, told.change.sequence, false);
  }

  private note(order: View, sequence: number, page: boolean): void {
    const before = this.heardAt.get(order.orderId) ?? -1;
    expect(page ? sequence >= before : sequence > before).toBe(true);
    this.heardAt.set(order.orderId, sequence);
    if (['filled', 'cancelled', 'rejected', 'expired'].includes(order.status)) this.known.delete(order.orderId);
    else this.known.set(order.orderId, order);
  }
}

const shown = ({ orderId, status, quantity, filledQuantity }: View) => [orderId, status, quantity, filledQuantity];

/** Live orders of a session, or of all, as the state has them. */
function live({ state }: VenueModel, directory: Directory, session: number): unknown[] {
  const found = [];
  for (let index = 0; index < state.orders.count; index++) {
    const chunk = state.orders.chunkOf(index);
    const row = rowOf(index);
    if (!isLive(chunk.status[row] as number) || (session !== -1 && chunk.session[row] !== session)) continue;
    found.push(shown(orderView(state, directory, index)));
  }
  return found;
}

test.each([
  1, 2, 3, 4, 5, 6, 7, 8,
])('whenever the disk and the drop copy get there, state and changes add up to the live orders (seed %i)', (seed) => {
  const random = new Random(seed);
  const session = seed % 2 === 0 ? -1 : 5;
  const scene = new Scene({ account: seed % 3 === 0 ? ACCOUNT : -1, session });
  const { model, system } = scene;
  model.state.sessions.begin({ account: ACCOUNT, session: 5, cancelOnDisconnect: 0, heartbeatMs: 0 });
  const order = () => ({
    quantity: 1 + random.below(9),
    side: random.below(2) === 0 ? Side.buy : Side.sell,
    session: random.below(2) * 5,
    ...(random.below(4) === 0 && { type: OrderType.stop, stopPrice: 1005 }),
  });
  const any = () => 1 + random.below(model.state.orders.count);
  const step = () =>
    scene.happen(() => {
      const what = random.below(10);
      if (what < 2) model.submit(order());
      else if (what < 4) model.trade(any(), 1 + random.below(9));
      else if (what < 5) model.change(any(), CommandKind.cancel);
      else if (what < 6) model.change(any(), CommandKind.replace, { quantity: 1 + random.below(12) });
      else if (what < 7) model.trigger(any());
      else if (what < 8) model.deliver(random.below(9));
      else model.hear(random.below(9));
    });
  for (let i = 0; i < 700; i++) scene.happen(() => void model.submit(order()));
  for (let i = 0; i < 1500; i++) {
    step();
    if (random.below(3) === 0) scene.advance(random.below(40), random.below(60));
    if (i === 800 && seed > 6) scene.lose();
  }
  scene.happen(() => model.settle());
  for (let i = 0; i < 3000; i++) scene.advance(100, 100);
  expect(scene.complete).toBe(seed > 6 ? 2 : 1);
  const known = [...scene.known.values()].sort((a, b) => a.orderId - b.orderId).map(shown);
  expect(known).toEqual(live(model, system.directory, session));
  expect(known.length).toBeGreaterThan(100);
});
