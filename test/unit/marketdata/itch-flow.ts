import { Random } from '@nautilus/core/numerics';
import { ItchWriter } from '../../../engines/marketdata/itch/writer';

/** What is played: two of the three stocks of the flow. */
export const instruments = new Map([
  ['AAPL', { id: 1, tickSize: 100 }],
  ['MSFT', { id: 2, tickSize: 100 }],
]);

export function written(write: (writer: ItchWriter) => void): Buffer {
  const pieces: Buffer[] = [];
  const writer = new ItchWriter((piece) => pieces.push(Buffer.from(piece)));
  write(writer);
  writer.finish();
  return Buffer.concat(pieces);
}

/** Three stocks, one of them not played; every kind of order message. */
export function flow(seed: number, messages: number) {
  const random = new Random(seed);
  const pick = (count: number) => random.below(count);
  const stocks = ['AAPL', 'MSFT', 'XYZ'];
  interface Order {
    readonly reference: number;
    readonly locate: number;
    readonly side: string;
    readonly price: number;
    shares: number;
  }
  const live: Order[] = [];
  let reference = 2 ** 33;
  let timeNs = 34_200e9;
  const bytes = written((writer) => {
    const head = (locate: number) => ({ locate, tracking: 0, timeNs });
    for (let index = 0; index < messages; index++) {
      timeNs += pick(1000);
      const order = live[pick(live.length)];
      const roll = random.uniform();
      if (order === undefined || roll < 0.4) {
        reference += 1 + pick(5);
        const locate = 7 + pick(3);
        const made = {
          reference,
          locate,
          side: pick(2) ? 'B' : 'S',
          price: 100 * (1 + pick(50)),
          shares: 1 + pick(500),
        };
        live.push(made);
        const { locate: _, ...values } = made;
        const message = { ...head(locate), ...values, stock: stocks[locate - 7]! };
        if (pick(2)) writer.message('A', message);
        else writer.message('F', { ...message, attribution: 'NITE' });
        continue;
      }
      const at = { ...head(order.locate), reference: order.reference };
      const gone = () => live.splice(live.indexOf(order), 1);
      const shares = 1 + pick(order.shares);
      if (roll < 0.6) {
        if (pick(2)) writer.message('E', { ...at, shares, match: index });
        else writer.message('C', { ...at, shares, match: index, printable: pick(2) ? 'Y' : 'N', price: 777 });
      } else if (roll < 0.7) writer.message('X', { ...at, shares });
      else if (roll < 0.85) {
        writer.message('D', at);
        gone();
        continue;
      } else {
        gone();
        reference++;
        const changed = { ...order, reference, price: 100 * (1 + pick(50)), shares: 1 + pick(500) };
        live.push(changed);
        writer.message('U', {
          ...head(order.locate),
          original: order.reference,
          reference,
          shares: changed.shares,
          price: changed.price,
        });
        continue;
      }
      order.shares -= shares;
      if (order.shares === 0) gone();
    }
  });
  return { bytes, live: live.filter(({ locate }) => locate !== 9) };
}
