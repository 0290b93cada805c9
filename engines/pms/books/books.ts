import type { Quoted } from '../corporate-actions/actions';
import { adjustMark, forgetQuoted } from '../corporate-actions/adjusted-mark';
import { announced } from '../corporate-actions/announce';
import { applyAction } from '../corporate-actions/apply';
import type { MarginCall } from '../margin/calls';
import { compare } from '../reconciliation/compare';
import { convert, moveCash } from './cash';
import { define, roll } from './day';
import type { BooksEvent } from './events';
import { bookFill, type Fill } from './fill';
import type { ExecutionView } from './records';
import { BooksState } from './state';

/**
 * Positions, lots, cash and profit of all accounts: a fold over the records of the journal `books`, in exact integers.
 *
 * An execution allocates nothing. What cannot be booked throws and leaves everything as it was.
 */
export class Books extends BooksState {
  /**
   * Folds one event, record number `record` of the journal.
   * @throws CodedError NAUT_UNKNOWN_CURRENCY, NAUT_POSITION_OVERFLOW, NAUT_DAY_ORDER: nothing has changed
   */
  apply(event: BooksEvent, record: number): void {
    switch (event.kind) {
      case 'define':
        define(this, event, record);
        break;
      case 'roll':
        roll(this, event, record);
        forgetQuoted(this, event.quoted ?? {});
        this.beginActions(record, event.quoted ?? {});
        this.tellCalls(this.calls.expire(this.day));
        this.tellBreaks(this.breaks.age(this.day));
        break;
      case 'cash':
        moveCash(this, event, record);
        break;
      case 'conversion':
        convert(this, event, record);
        break;
      case 'rate':
        this.rates.set(`${event.from}/${event.to}`, event.rate);
        break;
      case 'corporate-action':
        this.actions.set(event.id, announced(event, this, record));
        this.listener.action?.(event.id);
        break;
      case 'statement':
        this.tellBreaks(this.breaks.found(event.custodian, compare(this, event.lines), this.day));
        break;
      case 'order-check': {
        const { from, to, differences } = event;
        const isAsked = ({ subject }: { subject: string }) => Number(subject) >= from && Number(subject) <= to;
        this.tellBreaks(this.breaks.found('oms', differences, this.day, isAsked));
        break;
      }
      case 'margin-call':
        this.tellCalls(this.calls.apply(event, this.day, record));
        break;
      case 'explain':
        this.breaks.explain(event.break, event.note, this.day);
        this.tellBreaks([event.break]);
        break;
    }
    if ('id' in event) this.seen.set(event.id, JSON.stringify(event));
  }

  /** @throws CodedError as `bookFill` */
  fill(fill: Fill, record: number): void {
    bookFill(this, fill, record);
  }

  /** Books an execution and remembers its sequence. @throws as `fill` */
  execute(execution: ExecutionView, record: number): void {
    this.fill(execution, record);
    this.executions.remember(execution);
  }

  /** Does the actions whose ex date has begun, the oldest first. */
  private beginActions(record: number, quoted: Quoted): void {
    const due = [...this.actions.values()]
      .filter(({ state, action }) => state === 'announced' && action.exDate <= this.day)
      .sort((a, b) => Number(a.action.exDate > b.action.exDate) - Number(a.action.exDate < b.action.exDate));
    for (const known of due) {
      applyAction(this, known, record);
      adjustMark(this, known, quoted);
      const close = this.closing[known.instrument] || null;
      const sequence = this.effective.push(known.action.id);
      this.actions.set(known.action.id, { ...known, state: 'effective', record, sequence, close });
      this.listener.action?.(known.action.id);
    }
  }

  private tellBreaks(ids: readonly string[]): void {
    for (const id of ids) this.listener.broken?.(id);
  }

  private tellCalls(calls: readonly MarginCall[]): void {
    for (const call of calls) this.listener.called?.(call);
  }
}
