import { IdTable } from '../id-table';
import { Columns } from './columns';

/** What was asked for and is not answered yet. */
export const Request = { none: 0, cancel: 1, replace: 2 } as const;

export const ParentState = { working: 1, done: 2 } as const;

export const ChildState = {
  sent: 1,
  resting: 2,
  cancelling: 3,
  filled: 4,
  cancelled: 5,
  expired: 6,
  rejected: 7,
} as const;

const NOBODY = -1;

const parentFields = {
  orderId: 'f64',
  createdNs: 'f64',
  /** The schedule that is followed now; a resubmitted or changed order has what is left of the original one. */
  startNs: 'f64',
  endNs: 'f64',
  /** The next timer; an earlier one in the heap is void. */
  dueNs: 'f64',
  /** Sum of price × quantity of the fills here. */
  notional: 'f64',
  account: 'i32',
  instrument: 'i32',
  limitPrice: 'i32',
  /** Shares of the whole order, what was filled before it came here included. */
  total: 'i32',
  /** Shares filled, those before it came here included. */
  filled: 'i32',
  /** Shares filled before it came here. */
  filledBefore: 'i32',
  slices: 'i32',
  /** Slice that is worked on; -1 before the start. */
  slice: 'i32',
  /** Shares filled when the schedule began, from where its targets count. */
  scheduleBase: 'i32',
  pendingTotal: 'i32',
  pendingPrice: 'i32',
  firstChild: 'i32',
  lastChild: 'i32',
  /** The child that may still trade, or -1. */
  activeChild: 'i32',
  /** Next finished parent. */
  next: 'i32',
  side: 'u8',
  type: 'u8',
  timeInForce: 'u8',
  algorithm: 'u8',
  state: 'u8',
  request: 'u8',
  /** 1 when the slice has ended and its shortfall must cross. */
  crossing: 'u8',
  /** 1 when the slice has sent its passive order. */
  placed: 'u8',
  /** ReportKind that ended it; 0 while it works, fill when it was filled. */
  outcome: 'u8',
} as const;

const childFields = {
  id: 'f64',
  createdNs: 'f64',
  notional: 'f64',
  parent: 'i32',
  price: 'i32',
  quantity: 'i32',
  filled: 'i32',
  /** Next child of the parent, or -1. */
  next: 'i32',
  type: 'u8',
  timeInForce: 'u8',
  state: 'u8',
  reason: 'u8',
} as const;

/** Parent orders and their children as columns. Finished parents stay for the APIs until `retained` newer ones have finished. */
export class OrderStore {
  readonly parents = new Columns(parentFields);
  readonly children = new Columns(childFields);
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

  addParent(orderId: number): number {
    const slot = this.parents.take();
    const { of } = this.parents;
    of.orderId[slot] = orderId;
    of.state[slot] = ParentState.working;
    of.firstChild[slot] = of.lastChild[slot] = of.activeChild[slot] = of.next[slot] = NOBODY;
    of.slice[slot] = -1;
    this.ids.add(orderId, slot);
    return slot;
  }

  /** Adds a child, which becomes the parent's active one. */
  addChild(parent: number): number {
    const child = this.children.take();
    const { of } = this.children;
    const parents = this.parents.of;
    of.id[child] = this.firstChildId + ++this.childCount;
    of.parent[child] = parent;
    of.next[child] = NOBODY;
    of.state[child] = ChildState.sent;
    const last = parents.lastChild[parent]!;
    if (last === NOBODY) parents.firstChild[parent] = child;
    else of.next[last] = child;
    parents.lastChild[parent] = parents.activeChild[parent] = child;
    return child;
  }

  /** Shares of a parent that are not filled. */
  left(parent: number): number {
    const { of } = this.parents;
    return of.total[parent]! - of.filled[parent]!;
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

  private forgetOldest(): void {
    const oldest = this.oldestDone;
    const { of } = this.parents;
    for (let child = of.firstChild[oldest]!; child !== NOBODY; child = this.children.of.next[child]!)
      this.children.release(child);
    this.oldestDone = of.next[oldest]!;
    this.ids.remove(of.orderId[oldest]!);
    this.parents.release(oldest);
    this.doneCount--;
  }
}
