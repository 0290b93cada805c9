/** Random but consistent flows: what a real venue could have told, and what we could have sent meanwhile. */
import { Side } from '@nautilus/core/domain';
import fc from 'fast-check';

export type Step =
  | {
      readonly do: 'add';
      readonly id: number;
      readonly side: number;
      readonly price: number;
      readonly quantity: number;
    }
  | { readonly do: 'reduce'; readonly id: number; readonly quantity: number }
  | { readonly do: 'remove'; readonly id: number; readonly quantity: number }
  | {
      readonly do: 'execute';
      readonly id: number;
      readonly side: number;
      readonly price: number;
      readonly quantity: number;
    }
  | {
      readonly do: 'submit';
      readonly child: number;
      readonly side: number;
      readonly price: number;
      readonly quantity: number;
      readonly timeInForce: number;
    }
  | { readonly do: 'cancel'; readonly child: number }
  | { readonly do: 'replace'; readonly child: number; readonly price: number; readonly quantity: number };

const intent = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'reduce', 'remove', 'execute', 'execute', 'submit', 'cancel', 'replace'),
  side: fc.constantFrom(Side.buy, Side.sell),
  offset: fc.nat(6),
  quantity: fc.integer({ min: 1, max: 9 }),
  pick: fc.nat(1000),
  timeInForce: fc.nat(3),
});
type Intent = ReturnType<(typeof intent)['generate']>['value_'];

interface Historical {
  readonly id: number;
  readonly side: number;
  readonly price: number;
  left: number;
}

/** Lets the history happen, in a world without us, and writes down what a feed would have said. */
function narrate(intents: readonly Intent[]): Step[] {
  let book: Historical[] = [];
  let ids = 0;
  let children = 0;
  const best = (side: number) => {
    const prices = book.filter((order) => order.side === side).map(({ price }) => price);
    return side === Side.buy ? Math.max(94, ...prices) : Math.min(106, ...prices);
  };
  const steps: Step[] = [];
  for (const { kind, side, offset, quantity, pick, timeInForce } of intents) {
    const known = book[pick % Math.max(1, book.length)];
    const near = side === Side.buy ? best(Side.sell) - 1 - offset : best(Side.buy) + 1 + offset;
    if (kind === 'add') {
      book.push({ id: ++ids, side, price: near, left: quantity });
      steps.push({ do: 'add', id: ids, side, price: near, quantity });
    } else if (kind === 'reduce' && known && known.left > 1) {
      const taken = Math.min(quantity, known.left - 1);
      known.left -= taken;
      steps.push({ do: 'reduce', id: known.id, quantity: taken });
    } else if (kind === 'remove' && known) {
      book = book.filter((order) => order !== known);
      steps.push({ do: 'remove', id: known.id, quantity: known.left });
    } else if (kind === 'execute') {
      const first = book.find((order) => order.side === side && order.price === best(side));
      if (!first) continue;
      const traded = Math.min(quantity, first.left);
      first.left -= traded;
      if (first.left === 0) book = book.filter((order) => order !== first);
      steps.push({ do: 'execute', id: first.id, side, price: first.price, quantity: traded });
    } else if (kind === 'submit')
      steps.push({
        do: 'submit',
        child: ++children,
        side,
        price: near + (side === Side.buy ? 3 : -3),
        quantity,
        timeInForce,
      });
    else if (kind === 'cancel' && children > 0) steps.push({ do: 'cancel', child: 1 + (pick % children) });
    else if (kind === 'replace' && children > 0)
      steps.push({ do: 'replace', child: 1 + (pick % children), price: near, quantity });
  }
  return steps;
}

/** Flows of up to `length` steps. */
export const flows = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(intent, { maxLength: length, size: 'max' }).map(narrate);

/** The same flow without anything of ours. */
export const withoutUs = (steps: readonly Step[]): Step[] =>
  steps.filter((step) => step.do !== 'submit' && step.do !== 'cancel' && step.do !== 'replace');
