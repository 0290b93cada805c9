/** Events in columns that grow: 26 bytes an event, no object. Codes and units are those of `LineParser`. */
export class EventColumns {
  count = 0;
  timeNs = new Float64Array(1 << 12);
  orderId = new Int32Array(1 << 12);
  size = new Int32Array(1 << 12);
  price = new Int32Array(1 << 12);
  type = new Uint8Array(1 << 12);
  side = new Uint8Array(1 << 12);

  add(timeNs: number, type: number, orderId: number, size: number, price: number, side: number): void {
    if (this.count === this.timeNs.length) this.grow();
    const index = this.count++;
    this.timeNs[index] = timeNs;
    this.type[index] = type;
    this.orderId[index] = orderId;
    this.size[index] = size;
    this.price[index] = price;
    this.side[index] = side;
  }

  private grow(): void {
    const length = this.timeNs.length * 2;
    const larger = <T extends { set(old: T): void }>(made: T, old: T): T => {
      made.set(old);
      return made;
    };
    this.timeNs = larger(new Float64Array(length), this.timeNs);
    this.orderId = larger(new Int32Array(length), this.orderId);
    this.size = larger(new Int32Array(length), this.size);
    this.price = larger(new Int32Array(length), this.price);
    this.type = larger(new Uint8Array(length), this.type);
    this.side = larger(new Uint8Array(length), this.side);
  }
}
