import { PRICE_UNITS } from '@nautilus/core/domain';
import type { ActionReply } from '../replies';
import type { CorporateAction, KnownAction } from './actions';

/** What history of before the ex date is multiplied with to compare with what is after it. */
function factors(action: CorporateAction, close: number | undefined): { quantity: number; price: number | null } {
  switch (action.type) {
    case 'split':
      return { quantity: action.over / action.under, price: action.under / action.over };
    case 'stock-dividend': {
      const more = (action.under + action.over) / action.under;
      return { quantity: more, price: 1 / more };
    }
    case 'cash-dividend':
      return { quantity: 1, price: close === undefined ? null : 1 - action.amount / 1e8 / close };
    case 'spin-off': {
      const worth = ((action.over / action.under) * action.price) / PRICE_UNITS;
      return { quantity: 1, price: close === undefined ? null : 1 - worth / close };
    }
    default:
      return { quantity: 1, price: 1 };
  }
}

/** An action as the API shows it. */
export function actionReply({ action, state, record, close }: KnownAction): ActionReply {
  const { id, type, symbol, exDate } = action;
  const { quantity, price } = factors(action, close === null ? undefined : close / 2 / PRICE_UNITS);
  return {
    id,
    type,
    symbol,
    into: 'into' in action ? action.into : null,
    exDate,
    payDate: 'payDate' in action ? action.payDate : null,
    state,
    record,
    quantityFactor: quantity,
    priceFactor: price,
  };
}
