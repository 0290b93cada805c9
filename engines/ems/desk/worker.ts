/** What a worker may do with the orders that it works. */
export interface WorkBench {
  /** The market's clock. */
  readonly nowNs: number;
  /** Sends a child to the venue; it becomes the parent's active one. */
  sendChild(parent: number, type: number, price: number, quantity: number, timeInForce: number): void;
  cancelActive(parent: number): void;
  replaceActive(parent: number, price: number, quantity: number): void;
  /** Best price of a side at the venue, price units, 0 when nobody is there. */
  best(instrument: number, side: number): number;
  /** Calls `due` of the parent's worker at this time of the market's clock. The last call counts. */
  arm(parent: number, timeNs: number): void;
  /** The requested price and quantity hold from now on; tells the order system. */
  applyReplace(parent: number): void;
  /** Ends a parent that is filled. Its last fill was the report. */
  finishFilled(parent: number): void;
  /** Ends a parent with a report of this kind over what is left. */
  finish(parent: number, kind: number, reason: number): void;
}

/** How an order is worked: one stateless object for all orders of an algorithm; their state is in the order store. */
export interface Worker {
  /** A new parent order; `working` was not reported yet. */
  begin(parent: number): void;
  /** A child has ended; nothing is active any more. `state` is its ChildState. */
  childEnded(parent: number, state: number, reason: number): void;
  /** The timer that was armed. */
  due(parent: number): void;
  /** A cancel was requested. */
  cancel(parent: number): void;
  /** A replace was requested, see `pendingTotal` and `pendingPrice`. */
  replace(parent: number): void;
}
