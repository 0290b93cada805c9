import { EngineError } from '@nautilus/core/kernel';

/** Why nothing is accepted. */
export const unavailable = (why: string) =>
  new EngineError({
    status: 503,
    code: 'NAUT_ORDER_JOURNAL_UNAVAILABLE',
    message: `orders are refused: the journal cannot be written (${why})`,
    fix: 'make room on the disk of the data directory; then send the order again under the same clientOrderId',
  });
