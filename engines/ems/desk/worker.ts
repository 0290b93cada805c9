/** What a worker may do with the orders that it works, beside sending children (`ChildOrders`). */
export interface WorkBench {
  /** The market's clock. */
  readonly nowNs: number;
  /** Calls `due` of the parent's worker at this time of the market's clock. The last call counts. */
  arm(parent: number, timeNs: number): void;
  /** The requested price and quantity hold from now on; tells the order system. */
  applyReplace(parent: number): void;
  /** The requested change could not be made: the order stands as it is. */
  refuseChange(parent: number, reason: number): void;
  /** Ends a parent that is filled. Its last fill was the report. */
  finishFilled(parent: number): void;
  /** Ends a parent with a report of this kind over what is left. No child of it is open. */
  finish(parent: number, kind: number, reason: number): void;
}

/** How an order is worked: one stateless object for all orders of an algorithm; their state is in the order store. */
export interface Worker {
  /** A new parent order. */
  begin(parent: number): void;
  /** One of its children has ended or what is known of it has changed, see ChildState. The parent is not done. */
  changed(parent: number, child: number): void;
  /** The timer that was armed. */
  due(parent: number): void;
  /** A book of its instrument that was stale is the market's again. */
  seesAgain(parent: number): void;
  /** A cancel was requested. */
  cancel(parent: number): void;
  /** A replace was requested, see `pendingTotal` and `pendingPrice`. */
  replace(parent: number): void;
}
