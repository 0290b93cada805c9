import { type BoardOf, noneAllowed, noYes, type Step } from './board';

const zeroAllowed: readonly Step[] = [
  [null, 'red'],
  [0, 'green'],
  [1, 'red'],
];

/** Ledger, margin and reconciliation: is what we say we own what we own? */
export const books: BoardOf = () => ({
  uid: 'nautilus-books',
  title: 'Books',
  about: 'Ledger, margin and reconciliation: is what the books say true, and is there money behind it?',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'figure',
          title: 'Imbalance',
          about: 'Debits less credits, 1e-4 of a currency. Anything but 0 is an error of the ledger.',
          unit: 'none',
          queries: [{ expression: 'nautilus_pms_ledger_imbalance' }],
          steps: zeroAllowed,
        },
        {
          kind: 'figure',
          title: 'Booking stopped',
          about: 'Did the position keeper refuse an execution and stop?',
          unit: 'none',
          queries: [{ expression: 'nautilus_pms_refused' }],
          words: noYes,
        },
        {
          kind: 'figure',
          title: 'Breaks',
          about: 'Differences to the order system or a custodian that nobody has explained.',
          unit: 'none',
          queries: [{ expression: 'sum(nautilus_pms_breaks{state=~"open|aged"})' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Margin calls',
          about: 'Not met, expired ones with them.',
          unit: 'none',
          queries: [{ expression: 'nautilus_pms_margin_calls_open' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Positions',
          about: 'By account, strategy and instrument.',
          unit: 'short',
          queries: [{ expression: 'nautilus_pms_positions' }],
        },
        {
          kind: 'figure',
          title: 'Ledger',
          about: 'Lines since the journal began.',
          unit: 'short',
          queries: [{ expression: 'nautilus_pms_ledger_lines' }],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          kind: 'lines',
          title: 'Margin excess',
          about: 'Equity less maintenance margin, in the account’s base currency. Below zero a call begins.',
          unit: 'none',
          queries: [{ expression: 'nautilus_pms_margin_excess', legend: '{{account}}' }],
          steps: [
            [null, 'red'],
            [0, 'green'],
          ],
        },
        {
          kind: 'lines',
          title: 'Breaks by state',
          about:
            'Open: nobody has said why. Aged: still so when a business day ended. Explained: waits to be resolved.',
          unit: 'none',
          queries: [{ expression: 'nautilus_pms_breaks', legend: '{{state}}' }],
          stacked: true,
        },
        {
          kind: 'lines',
          title: 'Booked',
          about: 'Lines of the ledger and executions, a second.',
          unit: 'ops',
          queries: [
            { expression: 'rate(nautilus_pms_ledger_lines[$__rate_interval])', legend: 'lines' },
            { expression: 'rate(nautilus_pms_execution_sequence[$__rate_interval])', legend: 'executions' },
          ],
        },
        {
          kind: 'lines',
          title: 'Executions not booked yet',
          about: 'How far the position keeper is behind the order system.',
          unit: 'short',
          queries: [
            { expression: 'nautilus_topic_lag_messages{service="pms", topic="oms.executions"}', legend: 'executions' },
          ],
        },
      ],
    },
  ],
});
