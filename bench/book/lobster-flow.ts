import { Side } from '@nautilus/core/domain';
import { type LobsterSession, LobsterType } from '@nautilus/marketdata/lobster';
import { FLOW_STRIDE, FlowKind } from '../portable-flow/flow';

/**
 * A day of a venue as commands for a book that matches by itself: who was executed there was met by somebody who took as much at that
 * price at once. Ids are numbered from 1 in the order of their first appearance, prices are in ticks.
 */
export function lobsterFlow({ events, unseen, increment }: LobsterSession): Int32Array {
  const flow: number[] = [];
  const numbers = new Map<number, number>();
  let last = 0;
  const numberOf = (id: number): number => {
    const known = numbers.get(id) ?? ++last;
    numbers.set(id, known);
    return known;
  };
  const command = (kind: number, id: number, side: number, price: number, quantity: number) =>
    flow.push(kind, id, side, price / increment, quantity);
  let next = 0;
  for (let index = 0; index < events.count; index++) {
    for (; next < unseen.length && unseen[next]!.before <= index; next++) {
      const { id, side, price, quantity } = unseen[next]!;
      command(FlowKind.limit, numberOf(id), side, price, quantity);
    }
    const [id, side, price, size] = [events.orderId, events.side, events.price, events.size].map(
      (column) => column[index]!,
    ) as [number, number, number, number];
    const type = events.type[index];
    if (type === LobsterType.add) command(FlowKind.limit, numberOf(id), side, price, size);
    else if (type === LobsterType.remove) command(FlowKind.cancel, numberOf(id), 0, 0, 0);
    else if (type === LobsterType.reduce) command(FlowKind.reduce, numberOf(id), 0, 0, size);
    else if (type === LobsterType.execute)
      command(FlowKind.ioc, ++last, side === Side.buy ? Side.sell : Side.buy, price, size);
  }
  if (flow.length % FLOW_STRIDE !== 0) throw new RangeError('a command of the flow is not whole');
  return Int32Array.from(flow);
}
