/** Finds an order by (account, numeric client order id): open addressing in typed arrays, no allocation but to double. */
export class ClientOrderIds {
  private ids = new Float64Array(1 << 12);
  private accounts = new Int32Array(1 << 12);
  /** Index of the order plus one; 0 is a free cell. */
  private orders = new Int32Array(1 << 12);
  private used = 0;

  /** Index of the order, or -1. */
  find(account: number, id: number): number {
    return (this.orders[this.cell(account, id)] as number) - 1;
  }

  /** The pair must not be there yet. */
  add(account: number, id: number, index: number): void {
    if (this.used * 2 >= this.orders.length) this.double();
    this.put(account, id, index + 1);
    this.used++;
  }

  private put(account: number, id: number, order: number): void {
    const cell = this.cell(account, id);
    this.ids[cell] = id;
    this.accounts[cell] = account;
    this.orders[cell] = order;
  }

  /** The cell of the pair, or the free one where it would go. */
  private cell(account: number, id: number): number {
    const mask = this.orders.length - 1;
    let cell = hash(account, id) & mask;
    while (this.orders[cell] !== 0 && (this.ids[cell] !== id || this.accounts[cell] !== account))
      cell = (cell + 1) & mask;
    return cell;
  }

  private double(): void {
    const { ids, accounts, orders } = this;
    this.ids = new Float64Array(ids.length * 2);
    this.accounts = new Int32Array(ids.length * 2);
    this.orders = new Int32Array(ids.length * 2);
    for (let cell = 0; cell < orders.length; cell++)
      if (orders[cell] !== 0) this.put(accounts[cell] as number, ids[cell] as number, orders[cell] as number);
  }
}

/** Murmur3's finaliser over both halves of the id and the account. */
function hash(account: number, id: number): number {
  let h = (id | 0) ^ Math.imul((id / 4294967296) | 0, 0x9e3779b1) ^ Math.imul(account, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
