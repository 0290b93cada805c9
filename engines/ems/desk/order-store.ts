import { IdTable } from '../id-table';
import { Columns } from './columns';

/** What was asked for and is not answered yet. */
export const Request = { none: 0, cancel: 1, replace: 2 } as const;

/** What a venue was asked about a child and has not answered yet. */
export const Asked = { nothing: 0, submit: 1, cancel: 2, replace: 3, query: 4 } as const;

export const ParentState = { working: 1, done: 2 } as const;

export const ChildState = {
  sent: 1,
  resting: 2,
  cancelling: 3,
  /** The venue has not answered in time, or cannot be reached: it may trade. */
  unknown: 4,
  /** These and what follows have ended. */
  filled: 5,
  cancelled: 6,
  expired: 7,
  rejected: 8,
} as const;

export const hasEnded = (childState: number): boolean => childState >= ChildState.filled;

const NOBODY = -1;

const parentFields = [
  'orderId',
  'createdNs',
  /** The schedule that is followed now; a resubmitted or changed order has what is left of the original one. */
  'startNs',
  'endNs',
  /** The next timer; an earlier one in the heap is void. */
  'dueNs',
  /** Sum of price × quantity of the fills here. */
  'notional',
  /** Sum of the fees of the fills here. */
  'fees',
  'riskAversion',
  /** Volume of the market when the schedule began. */
  'volumeBase',
  /** Volume since then when the slice before began. */
  'sliceVolume',
  /** The market when it came and when it ended, see `MarketWatch`. */
  'arrivedNs',
  'arrivalVolume',
  'arrivalNotional',
  'arrivalMidSeconds',
  'arrivalQuotedSeconds',
  'endedNs',
  'endVolume',
  'endNotional',
  'endMidSeconds',
  'endQuotedSeconds',
  'arrivalBid',
  'arrivalAsk',
  'endBid',
  'endAsk',
  'displayQuantity',
  'participation',
  'account',
  'instrument',
  'limitPrice',
  /** Shares of the whole order, what was filled before it came here included. */
  'total',
  /** Shares filled, those before it came here included. */
  'filled',
  /** Shares filled before it came here. */
  'filledBefore',
  'slices',
  /** Slice that is worked on; -1 before the start. */
  'slice',
  /** Shares filled when the schedule began, from where its targets count. */
  'scheduleBase',
  /** Shares that should be filled by the end of the slice. */
  'goal',
  /** Shares that children which have not ended may still trade. */
  'out',
  /** Children that have not ended, and those of them of which nobody knows whether they trade. */
  'openCount',
  'unknownCount',
  /** Rounds of immediate-or-cancel orders since the order, or its slice, began to cross. */
  'rounds',
  'pendingTotal',
  'pendingPrice',
  'firstChild',
  'lastChild',
  /** The newest child that has not ended, or -1. */
  'firstOpen',
  /** Next finished parent. */
  'next',
  'side',
  'type',
  'timeInForce',
  'algorithm',
  'state',
  'request',
  /** 1 when the slice has ended and its shortfall must cross. */
  'crossing',
  /** 1 when the slice has sent its passive order. */
  'placed',
  /** 1 when the order system has heard that it works. */
  'announced',
  /** ReportKind that ended it; 0 while it works, fill when it was filled. */
  'outcome',
] as const;

const childFields = [
  'id',
  'createdNs',
  'notional',
  /** When the venue must have answered; 0 while nothing is asked. */
  'dueNs',
  /** Number of the last execution that was counted. */
  'execution',
  'parent',
  'price',
  'quantity',
  'filled',
  /** Best prices when it was sent. */
  'bid',
  'ask',
  'firstFill',
  'lastFill',
  /** Next child of the parent, or -1. */
  'next',
  /** Neighbours among the parent's open children, or -1. */
  'olderOpen',
  'newerOpen',
  'type',
  'timeInForce',
  'venue',
  /** ChildState; 0: the slot is free */
  'state',
  /** Asked */
  'asked',
  'reason',
] as const;

const fillFields = [
  'timeNs',
  'fee',
  'price',
  'quantity',
  /** Next fill of the child, or -1. */
  'next',
  'maker',
] as const;

/** Parent orders and their children as columns. Finished parents stay for the APIs until `retained` newer ones have finished. */
export class OrderStore {
  readonly parents = new Columns(parentFields);
  readonly children = new Columns(childFields);
  readonly fills = new Columns(fillFields);
  private readonly ids = new IdTable();
  private oldestDone = NOBODY;
  private newestDone = NOBODY;
  private doneCount = 0;
  private childCount = 0;

  /**
   * @param firstChildId ids of children count up from here + 1
   * @param retained finished parents that are kept
   */
  constructor(
    private readonly firstChildId: number,
    private readonly retained: number,
  ) {}

  /** Parents that may still trade. */
  get working(): number {
    return this.parents.size - this.doneCount;
  }

  /** Slot of a parent that is known here, or -1. */
  find(orderId: number): number {
    return this.ids.get(orderId);
  }

  /** A finished parent is no longer found by its order's number, which another one takes. */
  forget(parent: number): void {
    const { of } = this.parents;
    this.ids.remove(of.orderId[parent]!);
    of.orderId[parent] = 0;
  }

  addParent(orderId: number): number {
    const slot = this.parents.take();
    const { of } = this.parents;
    of.orderId[slot] = orderId;
    of.state[slot] = ParentState.working;
    of.firstChild[slot] = of.lastChild[slot] = of.firstOpen[slot] = of.next[slot] = NOBODY;
    of.slice[slot] = -1;
    this.ids.add(orderId, slot);
    return slot;
  }

  /** The small number that a venue knows a child by. */
  numberOf(child: number): number {
    return child / this.children.width + 1;
  }

  /** The child that a venue speaks of. */
  childOf(number: number): number {
    return (number - 1) * this.children.width;
  }

  /** Number of a child, which no other has in any session, and of its parent's order. */
  numbersOf(child: number): readonly [childId: number, orderId: number] {
    const { of } = this.children;
    return [of.id[child]!, this.parents.of.orderId[of.parent[child]!]!];
  }

  /** Adds a child that may trade `quantity`. */
  addChild(parent: number, quantity: number): number {
    const child = this.children.take();
    const { of } = this.children;
    const parents = this.parents.of;
    of.id[child] = this.firstChildId + ++this.childCount;
    of.parent[child] = parent;
    of.quantity[child] = quantity;
    of.next[child] = of.newerOpen[child] = of.firstFill[child] = of.lastFill[child] = NOBODY;
    of.state[child] = ChildState.sent;
    const last = parents.lastChild[parent]!;
    if (last === NOBODY) parents.firstChild[parent] = child;
    else of.next[last] = child;
    parents.lastChild[parent] = child;
    const older = parents.firstOpen[parent]!;
    of.olderOpen[child] = older;
    if (older !== NOBODY) of.newerOpen[older] = child;
    parents.firstOpen[parent] = child;
    parents.openCount[parent]! += 1;
    parents.out[parent]! += quantity;
    return child;
  }

  /** The venue may or may not have the child: it counts as if it could trade. */
  markUnknown(child: number): void {
    const { of } = this.children;
    if (of.state[child] !== ChildState.unknown) this.parents.of.unknownCount[of.parent[child]!]! += 1;
    of.state[child] = ChildState.unknown;
  }

  /** The venue has spoken of an open child: its state is known. */
  setOpen(child: number, state: number): void {
    const { of } = this.children;
    if (of.state[child] === ChildState.unknown) this.parents.of.unknownCount[of.parent[child]!]! -= 1;
    of.state[child] = state;
  }

  /** A child that can trade no more. */
  endChild(child: number, state: number, reason: number): void {
    const { of } = this.children;
    const parents = this.parents.of;
    const parent = of.parent[child]!;
    this.setOpen(child, state);
    if (reason !== 0) of.reason[child] = reason;
    of.dueNs[child] = 0;
    const older = of.olderOpen[child]!;
    const newer = of.newerOpen[child]!;
    if (newer === NOBODY) parents.firstOpen[parent] = older;
    else of.olderOpen[newer] = older;
    if (older !== NOBODY) of.newerOpen[older] = newer;
    parents.openCount[parent]! -= 1;
    parents.out[parent]! -= Math.max(0, of.quantity[child]! - of.filled[child]!);
  }

  /** Counts a fill, one of a child that has ended or was filled before included: what was traded was traded. */
  addFill(
    child: number,
    timeNs: number,
    price: number,
    quantity: number,
    maker: number,
    fee: number,
    execution: number,
  ): void {
    const fill = this.fills.take();
    const fills = this.fills.of;
    fills.timeNs[fill] = timeNs;
    fills.price[fill] = price;
    fills.quantity[fill] = quantity;
    fills.maker[fill] = maker;
    fills.fee[fill] = fee;
    fills.next[fill] = NOBODY;
    const { of } = this.children;
    const last = of.lastFill[child]!;
    if (last === NOBODY) of.firstFill[child] = fill;
    else fills.next[last] = fill;
    of.lastFill[child] = fill;
    const parents = this.parents.of;
    const parent = of.parent[child]!;
    const open = hasEnded(of.state[child]!) ? 0 : Math.max(0, of.quantity[child]! - of.filled[child]!);
    parents.out[parent]! -= Math.min(quantity, open);
    parents.filled[parent]! += quantity;
    parents.notional[parent]! += price * quantity;
    parents.fees[parent]! += fee;
    of.filled[child]! += quantity;
    of.notional[child]! += price * quantity;
    of.execution[child] = execution;
  }

  /** What the venue says of an open child: `left` may still trade. */
  restateChild(child: number, price: number, left: number): void {
    const { of } = this.children;
    const quantity = of.filled[child]! + left;
    this.parents.of.out[of.parent[child]!]! += quantity - Math.max(of.quantity[child]!, of.filled[child]!);
    of.price[child] = price;
    of.quantity[child] = quantity;
  }

  /** Shares of a parent that are not filled. */
  left(parent: number): number {
    const { of } = this.parents;
    return of.total[parent]! - of.filled[parent]!;
  }

  /** Shares that are neither filled nor out at a venue. */
  idle(parent: number): number {
    return this.left(parent) - this.parents.of.out[parent]!;
  }

  /** A parent is done; the oldest finished one makes room when there are too many. */
  finish(parent: number): void {
    const { of } = this.parents;
    of.state[parent] = ParentState.done;
    of.request[parent] = Request.none;
    if (this.newestDone === NOBODY) this.oldestDone = parent;
    else of.next[this.newestDone] = parent;
    this.newestDone = parent;
    if (++this.doneCount > this.retained) this.forgetOldest();
  }

  /** Every parent that is known, in no order. Not for the path. */
  *slots(): Generator<number> {
    yield* this.ids.slotsInUse();
  }

  /** Children of a parent in the order in which they were sent. Not for the path. */
  *childrenOf(parent: number): Generator<number> {
    const { of } = this.children;
    for (let child = this.parents.of.firstChild[parent]!; child !== NOBODY; child = of.next[child]!) yield child;
  }

  /** Fills of a child in the order in which they were told. Not for the path. */
  *fillsOf(child: number): Generator<number> {
    const { of } = this.fills;
    for (let fill = this.children.of.firstFill[child]!; fill !== NOBODY; fill = of.next[fill]!) yield fill;
  }

  private forgetOldest(): void {
    const oldest = this.oldestDone;
    const { of } = this.parents;
    const children = this.children.of;
    for (let child = of.firstChild[oldest]!; child !== NOBODY; child = children.next[child]!) {
      for (let fill = children.firstFill[child]!; fill !== NOBODY; fill = this.fills.of.next[fill]!)
        this.fills.release(fill);
      children.state[child] = 0;
      this.children.release(child);
    }
    this.oldestDone = of.next[oldest]!;
    this.ids.remove(of.orderId[oldest]!);
    this.parents.release(oldest);
    this.doneCount--;
  }
}
