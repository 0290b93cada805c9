import { FLOW_STRIDE, FlowKind, portableFlow } from '../../../bench/portable-flow/flow';
import { TimeInForce } from '../../../engines/core/domain';
import { EngineEvent, MatchingEngine, NewOrder, OrderBook } from '../../../engines/core/matching';

function run(flow: Int32Array, capacity: number) {
  const book = new OrderBook({ capacity });
  let trades = 0;
  let rejects = 0;
  let filled = 0;
  for (let at = 0; at < flow.length; at += FLOW_STRIDE) {
    const kind = flow[at]!;
    const id = flow[at + 1]!;
    let result: number;
    if (kind === FlowKind.cancel) result = book.cancel(id);
    else if (kind === FlowKind.reduce) result = book.reduce(id, flow[at + 4]!);
    else {
      const timeInForce = kind === FlowKind.ioc ? TimeInForce.ioc : TimeInForce.day;
      result = book.submitLimit(id, flow[at + 2]!, flow[at + 3]!, flow[at + 4]!, timeInForce);
      trades += book.events.count;
      filled += Math.max(0, result);
    }
    if (result < 0) rejects++;
  }
  return { trades, rejects, filled, live: book.size, hash: book.hash() };
}

/** The same through the matching engine, which also tells of everything else. */
function runEngine(flow: Int32Array, capacity: number) {
  const engine = new MatchingEngine({ capacity });
  const order = new NewOrder();
  let trades = 0;
  let rejects = 0;
  let filled = 0;
  for (let at = 0; at < flow.length; at += FLOW_STRIDE) {
    const kind = flow[at]!;
    let result: number;
    if (kind === FlowKind.cancel) result = engine.cancel(flow[at + 1]!);
    else if (kind === FlowKind.reduce) result = engine.reduce(flow[at + 1]!, flow[at + 4]!);
    else {
      order.id = flow[at + 1]!;
      order.side = flow[at + 2]!;
      order.price = flow[at + 3]!;
      order.quantity = flow[at + 4]!;
      order.timeInForce = kind === FlowKind.ioc ? TimeInForce.ioc : TimeInForce.day;
      result = engine.submit(order);
      filled += Math.max(0, result);
      for (let i = 0; i < engine.events.count; i++) if (engine.events.kind(i) === EngineEvent.executed) trades++;
    }
    if (result < 0) rejects++;
  }
  return { trades, rejects, filled, live: engine.book.size, hash: engine.book.hash() };
}

// The counts are those of exchange-core 0.5.3 (its direct and its naive book) on the same two million commands.
test("the portable flow gives exchange-core's counts", () => {
  const flow = portableFlow(2_000_000, 2000);
  const result = run(flow, 8192);
  expect(result).toMatchObject({ trades: 270_001, rejects: 165_290, filled: 5_731_672, live: 3317 });
  expect(runEngine(flow, 8192)).toEqual(result);
});

test('the hash does not depend on the capacity', () => {
  const flow = portableFlow(50_000, 500);
  expect(run(flow, 2048).hash).toBe(run(flow, 100_000).hash);
});
