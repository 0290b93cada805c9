import { CodedError } from '@nautilus/core/domain';
import type { BooksState } from '../books/state';
import type { CorporateAction, KnownAction } from './actions';

/**
 * What an action asks of the books before it is taken.
 * @throws CodedError NAUT_CORPORATE_ACTION_LATE, NAUT_CORPORATE_ACTION_SYMBOL
 */
export function announced(action: CorporateAction, { definitions, day }: BooksState, record: number): KnownAction {
  const { exDate, symbol } = action;
  if (exDate <= day) throw late(action, day);
  const instrument = definitions.symbol(symbol);
  const known = definitions.instruments.map((one) => one.symbol);
  if (instrument < 0) throw badSymbol(action, symbol, known);
  if (action.type === 'symbol-change') {
    if (known.includes(action.into)) throw badSymbol(action, action.into, ['a symbol that nobody has']);
    return { action, state: 'announced', record, instrument, into: -1, sequence: 0, close: null };
  }
  const name = action.type === 'merger' || action.type === 'spin-off' ? action.into : null;
  const into = name === null ? -1 : definitions.symbol(name);
  if (name === null) return { action, state: 'announced', record, instrument, into, sequence: 0, close: null };
  const { currency } = definitions.instruments[instrument]!;
  const others = definitions.instruments.filter((one, row) => one.currency === currency && row !== instrument);
  if (!others.some((one) => one.symbol === name)) {
    const allowed = others.map((one) => one.symbol);
    throw badSymbol(action, name, allowed);
  }
  return { action, state: 'announced', record, instrument, into, sequence: 0, close: null };
}

const late = ({ id, exDate }: CorporateAction, day: string): CodedError =>
  new CodedError({
    code: 'NAUT_CORPORATE_ACTION_LATE',
    message: `the ex date of ${id} is ${exDate}; allowed: days after ${day}, for who held the shares is known at the end of a day`,
    fix: 'announce it before its ex date; what is late is booked by hand: trades at the order system, cash with POST /api/v1/cash',
  });

const badSymbol = ({ id, type }: CorporateAction, symbol: string, allowed: readonly string[]): CodedError =>
  new CodedError({
    code: 'NAUT_CORPORATE_ACTION_SYMBOL',
    message: `${id} is a ${type} with ${symbol}; allowed: ${allowed.join(', ') || 'nothing: no other instrument has its currency'}`,
    fix: 'name instruments of the profile; both of one action have the same currency',
  });
