import { type BoardOf, noneAllowed, noYes } from './board';

/** What is at stake, and what stops it. */
export const risk: BoardOf = ({ trading }) => ({
  uid: 'nautilus-risk',
  title: 'Risk',
  about: 'What is at stake, how near it is to its limits, and what was stopped.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'figure',
          title: 'Kill switch',
          about: 'Is every new order of the account refused?',
          unit: 'none',
          queries: [{ expression: 'nautilus_risk_kill_switch', legend: '{{account}}' }],
          words: { 0: ['off', 'green'], 1: ['ON', 'red'] },
        },
        {
          kind: 'figure',
          title: 'Breaches now',
          about: 'Positions past their limit.',
          unit: 'none',
          queries: [{ expression: 'nautilus_risk_open_breaches' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Breaches',
          about: 'Since the watch began.',
          unit: 'none',
          queries: [{ expression: 'nautilus_risk_breaches' }],
        },
        {
          kind: 'figure',
          title: 'Lost executions',
          about: 'Executions that never arrived: positions here are then not to be trusted.',
          unit: 'none',
          queries: [{ expression: 'nautilus_risk_lost_executions' }],
          steps: noneAllowed,
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
          title: 'Age of the limits',
          about:
            'Since the limits were last confirmed. Past the profile’s trading.limitsStaleAfter orders are refused.',
          unit: 's',
          queries: [{ expression: 'nautilus_risk_limits_age_seconds' }],
          steps: [
            [null, 'green'],
            [trading.limitsStaleAfter.seconds / 2, 'yellow'],
            [trading.limitsStaleAfter.seconds, 'red'],
          ],
        },
      ],
    },
    {
      title: 'Positions',
      panels: [
        {
          kind: 'bars',
          title: 'Share of the position limit',
          about: 'Long or short, by the executions.',
          unit: 'percentunit',
          queries: [
            {
              expression:
                'abs(nautilus_risk_position) / on (account) group_left () max by (account) (nautilus_risk_limit{limit="maxPosition"})',
              legend: '{{account}} {{symbol}}',
            },
          ],
          steps: [
            [null, 'green'],
            [0.8, 'yellow'],
            [1, 'red'],
          ],
          max: 1,
        },
        {
          kind: 'lines',
          title: 'Positions',
          about: 'Shares; below zero is short.',
          unit: 'none',
          queries: [{ expression: 'nautilus_risk_position', legend: '{{account}} {{symbol}}' }],
        },
        {
          kind: 'lines',
          title: 'Limits in force',
          about: 'Each in the unit of its name: shares, currency, basis points, orders a second.',
          unit: 'none',
          queries: [{ expression: 'nautilus_risk_limit', legend: '{{account}} {{limit}}' }],
        },
        {
          kind: 'lines',
          title: 'Breaches',
          about: 'Positions past their limit over time.',
          unit: 'none',
          queries: [
            { expression: 'nautilus_risk_open_breaches', legend: 'now' },
            { expression: 'nautilus_risk_breaches', legend: 'since the watch began' },
          ],
        },
      ],
    },
    {
      title: 'What was stopped',
      panels: [
        {
          kind: 'lines',
          title: 'Refusals',
          about: 'Orders and changes that a limit or the kill switch refused, a second.',
          unit: 'ops',
          queries: [{ expression: 'rate(nautilus_oms_refusals[$__rate_interval])', legend: 'refusals' }],
        },
        {
          kind: 'lines',
          title: 'Age of the limits',
          about: 'The order management system refuses every order once they are too old.',
          unit: 's',
          queries: [{ expression: 'nautilus_risk_limits_age_seconds', legend: 'age' }],
          steps: [
            [null, 'green'],
            [trading.limitsStaleAfter.seconds, 'red'],
          ],
        },
        {
          kind: 'lines',
          title: 'Behind the executions',
          about: 'Executions that the risk engine and the position keeper have not read yet.',
          unit: 'short',
          queries: [
            {
              expression: 'nautilus_topic_lag_messages{topic="oms.executions"}',
              legend: '{{service}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Booked',
          about: 'Sequence of the last execution that is in the positions.',
          unit: 'short',
          queries: [
            { expression: 'nautilus_pms_execution_sequence', legend: 'booked' },
            { expression: 'nautilus_oms_executions', legend: 'executed' },
          ],
        },
      ],
    },
  ],
});
