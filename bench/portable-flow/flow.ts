/** Kinds of commands of the flow. */
export const FlowKind = { limit: 0, cancel: 1, reduce: 2, ioc: 3 } as const;

/** Integers of one command: kind, order id, side as in `Side`, price, quantity. */
export const FLOW_STRIDE = 5;

/** Marsaglia's xorshift generator of 32-bit numbers with the shifts 13, 17 and 5. */
export class Xorshift32 {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }
}

/**
 * A command flow that every order book can be given, so that results can be compared before speeds are: `count`
 * commands around a drifting mid price, of which the first `population` are limit orders, then 47 % limit orders 1 to
 * 32 ticks away, 44 % cancels and 3 % reductions by one of random earlier orders (some of them filled since), and 6 %
 * immediate-or-cancel orders that cross by 64 ticks. Orders that the flow believes to rest stay between half and twice
 * `population`.
 */
export function portableFlow(count: number, population: number): Int32Array {
  const flow = new Int32Array(count * FLOW_STRIDE);
  const random = new Xorshift32(2463534242);
  const believed: number[] = [];
  let nextId = 1;
  let mid = 10_000;
  const choose = (index: number): number => {
    const draw = random.below(100);
    if (index < population || believed.length < population / 2) return FlowKind.limit;
    if (believed.length >= 2 * population) return FlowKind.cancel;
    if (draw < 47) return FlowKind.limit;
    if (draw < 91) return FlowKind.cancel;
    return draw < 94 ? FlowKind.reduce : FlowKind.ioc;
  };
  for (let index = 0; index < count; index++) {
    if (index % 64 === 63) mid += random.below(2) === 0 ? 1 : -1;
    const kind = choose(index);
    const command = flow.subarray(index * FLOW_STRIDE, (index + 1) * FLOW_STRIDE);
    command[0] = kind;
    if (kind === FlowKind.cancel) {
      const victim = random.below(believed.length);
      command[1] = believed[victim]!;
      believed[victim] = believed[believed.length - 1]!;
      believed.pop();
    } else if (kind === FlowKind.reduce) {
      command[1] = believed[random.below(believed.length)]!;
      command[4] = 1;
    } else {
      const side = random.below(2);
      const away = kind === FlowKind.limit ? 1 + random.below(32) : -64;
      command[1] = nextId;
      command[2] = side;
      command[3] = side === 0 ? mid - away : mid + away;
      command[4] = 1 + random.below(kind === FlowKind.limit ? 100 : 60);
      if (kind === FlowKind.limit) believed.push(nextId);
      nextId++;
    }
  }
  return flow;
}
