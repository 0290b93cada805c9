import { CorporateActionKind, type FieldsOf, monotonicNs, type topics } from '@nautilus/core/domain';
import type { Publication } from '@nautilus/core/transport';
import type { Books } from '../books/books';
import { dayNumber } from '../books/calendar';
import type { KnownAction } from './actions';

type Fields = FieldsOf<typeof topics.corporateActions.layout>;

/** Says each effective action once, when its record is on disk. The last message in the ring tells where an earlier life stopped. */
export class ActionPublisher {
  private said: number;

  constructor(
    private readonly books: Books,
    private readonly publication: Publication<Fields>,
  ) {
    this.said = publication.last()?.sequence ?? 0;
  }

  poll(durable: number): number {
    const { effective, actions } = this.books;
    const before = this.said;
    while (this.said < effective.length) {
      const known = actions.get(effective[this.said] as string) as KnownAction;
      const message = known.record > durable ? undefined : this.publication.claim();
      if (message === undefined) break;
      message.assign({ ...this.messageOf(known), sequence: ++this.said, sentAt: monotonicNs() });
    }
    if (this.said > before) this.publication.commit();
    return this.said - before;
  }

  private messageOf({ action, instrument, into }: KnownAction) {
    const { instruments } = this.books.definitions;
    const idOf = (row: number) => (row < 0 ? -1 : instruments[row]!.id);
    const message = {
      amount: 0,
      instrument: idOf(instrument),
      into: idOf(into),
      over: 1,
      under: 1,
      exDay: dayNumber(action.exDate),
    };
    switch (action.type) {
      case 'split':
        return {
          ...message,
          kind: CorporateActionKind.split,
          into: message.instrument,
          over: action.over,
          under: action.under,
        };
      case 'stock-dividend': {
        const over = action.over + action.under;
        return { ...message, kind: CorporateActionKind.split, into: message.instrument, over, under: action.under };
      }
      case 'cash-dividend':
        return { ...message, kind: CorporateActionKind.cashDividend, amount: action.amount };
      case 'merger':
        return {
          ...message,
          kind: CorporateActionKind.merger,
          over: action.over,
          under: action.under,
          amount: action.amount,
        };
      case 'spin-off':
        return { ...message, kind: CorporateActionKind.spinOff, over: action.over, under: action.under };
      case 'symbol-change':
        return { ...message, kind: CorporateActionKind.symbolChange };
    }
  }
}
