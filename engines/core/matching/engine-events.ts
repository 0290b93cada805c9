/** What `MatchingEngine` tells. */
export const EngineEvent = {
  /** Market by order: an order rests with `quantity` displayed; also the next part of an iceberg order. */
  added: 1,
  /**
   * Market by order: resting order `id` was hit for `quantity` at `price` by `otherId`; `left` of it is still displayed.
   * With nothing left it is gone from the book, or an `added` follows for its next part.
   */
  executed: 2,
  /** Market by order: in an auction buyer `id` and seller `otherId`, which both rest, trade `quantity` at `price`. */
  crossed: 3,
  /** Market by order: a resting order lost `quantity` and keeps its place with `left` displayed. */
  reduced: 4,
  /** Market by order: a resting order left the book with `quantity` displayed and `left` in reserve, for `reason`. */
  deleted: 5,
  /** Market by price: `side` has `quantity` displayed at `price` now, 0 when the level is gone. */
  level: 6,
  /** Stop order `id` with stop price `price` was elected. */
  triggered: 7,
  /**
   * `quantity` of an order that does not rest is gone for `reason`: of an incoming one, at its limit price (0: none), or of
   * a stop order that was not elected, at its stop price, with `left` still waiting.
   */
  dropped: 8,
  /** The reserve of an iceberg order lost `quantity`; `left` is still in reserve. */
  reserve: 9,
  /** The phase is `id` now. */
  phase: 10,
} as const;

const STRIDE = 8;
const FIRST_LENGTH = 1024;

/**
 * The events of the engine's last call in the order in which they happened, as flat numbers: a market-by-order feed
 * (`added`, `executed`, `crossed`, `reduced`, `deleted`), a market-by-price feed (`level`, once for each run of changes
 * of a price), and what only an order's owner is told (`triggered`, `dropped`, `reserve`).
 *
 * The buffer doubles when a call has more events than any before: the one allocation on the path, logarithmically rare.
 */
export class EngineEvents {
  /** Events of the last call. */
  count = 0;
  /** Doubles, as the quantity of a level may need more than 32 bits. */
  private cells = new Float64Array(FIRST_LENGTH * STRIDE);

  /** One of `EngineEvent`. */
  kind(index: number): number {
    return this.cells[index * STRIDE]!;
  }

  id(index: number): number {
    return this.cells[index * STRIDE + 1]!;
  }

  /** The other order of `executed` and `crossed`. */
  otherId(index: number): number {
    return this.cells[index * STRIDE + 2]!;
  }

  /** Side of the order `id` or of the level. */
  side(index: number): number {
    return this.cells[index * STRIDE + 3]!;
  }

  /** Price units. */
  price(index: number): number {
    return this.cells[index * STRIDE + 4]!;
  }

  quantity(index: number): number {
    return this.cells[index * STRIDE + 5]!;
  }

  left(index: number): number {
    return this.cells[index * STRIDE + 6]!;
  }

  /** One of `EndReason`. */
  reason(index: number): number {
    return this.cells[index * STRIDE + 7]!;
  }

  /** Called by the engine only. */
  push(
    kind: number,
    id: number,
    otherId: number,
    side: number,
    price: number,
    quantity: number,
    left: number,
    reason: number,
  ): void {
    const at = this.count++ * STRIDE;
    if (at === this.cells.length) this.grow();
    const cells = this.cells;
    cells[at] = kind;
    cells[at + 1] = id;
    cells[at + 2] = otherId;
    cells[at + 3] = side;
    cells[at + 4] = price;
    cells[at + 5] = quantity;
    cells[at + 6] = left;
    cells[at + 7] = reason;
  }

  private grow(): void {
    const larger = new Float64Array(this.cells.length * 2);
    larger.set(this.cells);
    this.cells = larger;
  }
}
