import type { Desk } from './desk/desk';
import { ParentState } from './desk/order-store';
import { between, type ChildRecord, type ParentRecord, type QuoteRecord, type Target } from './tca';

/** A parent order as its transaction-cost report needs it, at `nowNs` while it works. Not for the path. */
export function parentRecord(desk: Desk, parent: number): ParentRecord {
  const { orders, market } = desk;
  const { of } = orders.parents;
  const instrument = of.instrument[parent]!;
  const open = of.state[parent] === ParentState.working;
  const arrival: QuoteRecord = {
    timeNs: of.arrivedNs[parent]!,
    bid: of.arrivalBid[parent]!,
    ask: of.arrivalAsk[parent]!,
  };
  if (open) market.noteEnd(orders, parent, desk.nowNs);
  const end: QuoteRecord = { timeNs: of.endedNs[parent]!, bid: of.endBid[parent]!, ask: of.endAsk[parent]! };
  return {
    orderId: of.orderId[parent]!,
    instrument,
    side: of.side[parent]!,
    algorithm: of.algorithm[parent]!,
    quantity: of.total[parent]! - of.filledBefore[parent]!,
    arrival,
    end,
    open,
    children: [...orders.childrenOf(parent)].map((child) => childRecord(desk, child)),
    targets: targetsOf(desk, parent),
    market: between(
      {
        volume: of.arrivalVolume[parent]!,
        notional: of.arrivalNotional[parent]!,
        midSeconds: of.arrivalMidSeconds[parent]!,
        quotedSeconds: of.arrivalQuotedSeconds[parent]!,
      },
      {
        volume: of.endVolume[parent]!,
        notional: of.endNotional[parent]!,
        midSeconds: of.endMidSeconds[parent]!,
        quotedSeconds: of.endQuotedSeconds[parent]!,
      },
    ),
  };
}

function childRecord({ orders }: Desk, child: number): ChildRecord {
  const { of } = orders.children;
  const fills = orders.fills.of;
  return {
    childId: of.id[child]!,
    venue: of.venue[child]!,
    sent: { timeNs: of.createdNs[child]!, bid: of.bid[child]!, ask: of.ask[child]! },
    quantity: of.quantity[child]!,
    fills: [...orders.fillsOf(child)].map((fill) => ({
      timeNs: fills.timeNs[fill]!,
      price: fills.price[fill]!,
      quantity: fills.quantity[fill]!,
      fee: fills.fee[fill]!,
      maker: fills.maker[fill] === 1,
    })),
  };
}

/** What was due by the ends of the slices that have begun, of what this session had to do. */
function targetsOf({ orders, schedules }: Desk, parent: number): Target[] {
  const goals = schedules.goalsOf(parent);
  const before = orders.parents.of.filledBefore[parent]!;
  return Array.from({ length: goals.length / 2 }, (_, index) => ({
    timeNs: goals[2 * index]!,
    quantity: goals[2 * index + 1]! - before,
  }));
}
