import { type BoardOf, latencies, noneAllowed, quantile, yesNo } from './board';

/** From an order to its fills: how many, how fast, and where it waits. */
export const orderPath: BoardOf = () => ({
  uid: 'nautilus-order-path',
  title: 'Order path',
  about: 'From an order to its fills: how many, how fast, and where it waits.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'figure',
          title: 'Feed',
          about: 'Does the market-data feed play?',
          unit: 'none',
          queries: [{ expression: 'nautilus_marketdata_feed_running' }],
          words: { 1: ['plays', 'green'], 0: ['ended', 'yellow'] },
        },
        {
          kind: 'figure',
          title: 'Working',
          about: 'Parent orders that may still trade.',
          unit: 'none',
          queries: [{ expression: 'nautilus_ems_parents_working' }],
        },
        {
          kind: 'figure',
          title: 'Orders',
          about: 'Orders accepted since the journal began.',
          unit: 'short',
          queries: [{ expression: 'nautilus_oms_orders' }],
        },
        {
          kind: 'figure',
          title: 'Fills',
          about: 'Executions since the journal began.',
          unit: 'short',
          queries: [{ expression: 'nautilus_oms_executions' }],
        },
        {
          kind: 'figure',
          title: 'Refused reports',
          about:
            'Execution reports that could not be true, such as a fill of more than was ordered. Any is worth a look.',
          unit: 'none',
          queries: [{ expression: 'nautilus_oms_refused_reports' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Missed messages',
          about:
            'Messages that a reader of a ring never saw, over all topics. Lossy topics may have some; the order path has none.',
          unit: 'none',
          queries: [{ expression: 'sum(nautilus_topic_missed_messages_total{topic!~"marketdata.*"})' }],
          steps: noneAllowed,
        },
      ],
    },
    {
      title: 'Flow',
      panels: [
        {
          kind: 'lines',
          title: 'Orders, fills, refusals',
          about: 'A second, as the order management system counts them.',
          unit: 'ops',
          queries: [
            { expression: 'rate(nautilus_oms_orders[$__rate_interval])', legend: 'orders' },
            { expression: 'rate(nautilus_oms_executions[$__rate_interval])', legend: 'fills' },
            { expression: 'rate(nautilus_oms_refusals[$__rate_interval])', legend: 'refusals' },
          ],
        },
        {
          kind: 'lines',
          title: 'Feed',
          about: 'Events of the feed that went into the book, a second.',
          unit: 'ops',
          queries: [{ expression: 'rate(nautilus_marketdata_events[$__rate_interval])', legend: 'events' }],
        },
        {
          kind: 'lines',
          title: 'Refused',
          about: 'Share of the orders and changes that a check, a limit or the kill switch refused.',
          unit: 'percentunit',
          queries: [
            {
              expression:
                'rate(nautilus_oms_refusals[$__rate_interval]) / (rate(nautilus_oms_refusals[$__rate_interval]) + rate(nautilus_oms_orders[$__rate_interval]) > 0)',
              legend: 'refused',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Working',
          about: 'Parent orders that may still trade, and reports that wait for room on their way to the order system.',
          unit: 'short',
          queries: [
            { expression: 'nautilus_ems_parents_working', legend: 'working' },
            { expression: 'nautilus_ems_reports_waiting', legend: 'reports that wait' },
          ],
        },
        {
          kind: 'lines',
          title: 'Book',
          about: 'Orders that rest in the book of the instrument.',
          unit: 'short',
          queries: [{ expression: 'nautilus_marketdata_resting_orders', legend: 'resting orders' }],
        },
        {
          kind: 'lines',
          title: 'At the venue',
          about: 'Orders that the venue refused, and reports on orders that it does not know.',
          unit: 'short',
          queries: [
            { expression: 'nautilus_ems_venue_refused_orders', legend: 'refused' },
            { expression: 'nautilus_ems_venue_unknown_orders', legend: 'unknown' },
          ],
        },
      ],
    },
    {
      title: 'Latency',
      panels: [
        {
          kind: 'lines',
          title: 'Order to acknowledgement',
          about: 'From the ring of a client until the order is in the journal and acknowledged.',
          unit: 's',
          queries: latencies('nautilus_hop_duration_seconds', 'hop="entry→ack"'),
        },
        {
          kind: 'lines',
          title: 'Order to acknowledgement over HTTP',
          about: 'The same with an HTTP request around it.',
          unit: 's',
          queries: latencies(
            'nautilus_http_request_duration_seconds',
            'service="oms",method="POST",route="/api/v1/orders"',
          ),
        },
        {
          kind: 'lines',
          title: 'Hops',
          about: 'From one engine to the next, 99 % of the messages within this time.',
          unit: 's',
          queries: [{ expression: quantile(0.99, 'nautilus_hop_duration_seconds', '', ['hop']), legend: '{{hop}}' }],
        },
        {
          kind: 'lines',
          title: 'Event loop of the order path',
          about: 'How late a task starts, at worst in 99 % of the cases: a collection of garbage shows here.',
          unit: 's',
          queries: [
            {
              expression: 'nodejs_eventloop_lag_p99_seconds{service=~"marketdata|oms|ems|pms|risk"}',
              legend: '{{service}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Rings',
      panels: [
        {
          kind: 'lines',
          title: 'Messages not read yet',
          about: 'How far a reader is behind the writer of its topic.',
          unit: 'short',
          queries: [{ expression: 'nautilus_topic_lag_messages', legend: '{{service}} reads {{topic}}' }],
        },
        {
          kind: 'lines',
          title: 'Room',
          about: 'Messages that can be written before the slowest reader moves. At 0 the writer waits.',
          unit: 'short',
          queries: [{ expression: 'nautilus_topic_free_slots', legend: '{{service}} writes {{topic}}' }],
        },
        {
          kind: 'lines',
          title: 'Held back, missed, conflated',
          about:
            'Claims that found no room, messages overwritten before they were read, and those that a newer one of their key replaced.',
          unit: 'short',
          queries: [
            {
              expression: 'rate(nautilus_topic_refused_claims_total[$__rate_interval])',
              legend: '{{service}} held back on {{topic}}',
            },
            {
              expression: 'rate(nautilus_topic_missed_messages_total[$__rate_interval])',
              legend: '{{service}} missed of {{topic}}',
            },
            {
              expression: 'rate(nautilus_topic_conflated_messages_total[$__rate_interval])',
              legend: '{{service}} conflated of {{topic}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Not confirmed by the broker',
          about: 'Messages that would be lost with their writer. Only topics that travel between hosts have any.',
          unit: 'short',
          queries: [{ expression: 'nautilus_topic_unconfirmed_messages', legend: '{{service}} writes {{topic}}' }],
        },
      ],
    },
    {
      title: 'Behind the path',
      panels: [
        {
          kind: 'lines',
          title: 'Not in the databases yet',
          about: 'Records of the journal that a database has not got. Nothing waits for them, and none is lost.',
          unit: 'short',
          queries: [{ expression: 'nautilus_write_behind_lag_records', legend: '{{service}} into {{sink}}' }],
        },
        {
          kind: 'lines',
          title: 'Behind by',
          about: 'Age of the oldest record that a database has not got.',
          unit: 's',
          queries: [{ expression: 'nautilus_write_behind_lag_seconds', legend: '{{service}} into {{sink}}' }],
          steps: [
            [null, 'green'],
            [60, 'yellow'],
            [900, 'red'],
          ],
        },
        {
          kind: 'lines',
          title: 'Not on disk yet',
          about: 'Records of the journal whose write has not been confirmed: the orders of the group commit.',
          unit: 'short',
          queries: [{ expression: 'nautilus_oms_undurable_records', legend: 'records' }],
        },
        {
          kind: 'states',
          title: 'Ready',
          about: 'Engines of the order path that can serve.',
          unit: 'none',
          queries: [
            {
              expression: 'max by (service) (nautilus_ready{service=~"marketdata|oms|ems|pms|risk"})',
              legend: '{{service}}',
            },
          ],
          words: yesNo,
        },
      ],
    },
  ],
});
