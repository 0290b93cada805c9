import { Side } from '@nautilus/core/domain';

const CELLS = 3;

/** What each account holds and could come to hold, per instrument: shares held, and open quantity to buy and to sell. */
export class Exposure {
  private readonly accounts: Float64Array[] = [];

  position(account: number, instrument: number): number {
    return this.cells(account, instrument)[instrument * CELLS] as number;
  }

  /** Open quantity of the account's live orders on one side. */
  open(account: number, instrument: number, side: number): number {
    return this.cells(account, instrument)[instrument * CELLS + 1 + side] as number;
  }

  fill(account: number, instrument: number, side: number, quantity: number): void {
    const cells = this.cells(account, instrument);
    cells[instrument * CELLS] = (cells[instrument * CELLS] as number) + (side === Side.buy ? quantity : -quantity);
  }

  reserve(account: number, instrument: number, side: number, change: number): void {
    const cell = instrument * CELLS + 1 + side;
    const cells = this.cells(account, instrument);
    cells[cell] = (cells[cell] as number) + change;
  }

  accountNumbers(): readonly number[] {
    return Object.keys(this.accounts).map(Number);
  }

  private cells(account: number, instrument: number): Float64Array {
    let cells = this.accounts[account];
    if (cells === undefined || cells.length <= instrument * CELLS + 2) {
      const larger = new Float64Array((instrument + 64) * CELLS);
      if (cells !== undefined) larger.set(cells);
      this.accounts[account] = larger;
      cells = larger;
    }
    return cells;
  }
}
