import { Duration } from '@nautilus/config';
import type { RuleGroup } from './rule';

/** Ledger, reconciliation and margin. */
export const booksRules = (): RuleGroup => ({
  subject: 'books',
  records: [],
  alerts: [
    {
      alert: 'LedgerImbalance',
      severity: 'critical',
      expression: 'nautilus_pms_ledger_imbalance != 0',
      summary: 'debits and credits differ by {{ $value }} units of 1e-4',
      description:
        'No record of the journal may do that. Do not end the day: `nautilus ledger` shows the lines, `nautilus journal verify pms` says whether the journal is whole.',
    },
    {
      alert: 'BooksNotReconciled',
      severity: 'warning',
      expression: 'nautilus_pms_breaks{state="open"} > 0',
      for: Duration.minutes(5),
      summary: '{{ $value }} differences to the order system or a custodian have no reason',
      description: '`nautilus reconcile` lists them: correct what is wrong, or explain the break.',
    },
    {
      alert: 'BreakAged',
      severity: 'critical',
      expression: 'nautilus_pms_breaks{state="aged"} > 0',
      summary: '{{ $value }} breaks have outlived a business day',
      description: '`nautilus reconcile` lists them with their age: the custodian has to be asked.',
    },
    {
      alert: 'MarginCall',
      severity: 'critical',
      expression: 'nautilus_pms_margin_calls_open > 0',
      summary: '{{ $value }} margin calls are not met',
      description:
        'GET /api/v1/margin/calls of pms names account, amount and day: bring money or close positions. Prices alone do not meet a call.',
    },
  ],
});
