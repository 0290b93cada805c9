import { Duration } from '@nautilus/config';
import { type RuleGroup, type RuleInput, thresholds } from './rule';

/** How long orders take, what is refused, and what is lost or waits on the way from the market to the books. */
export const orderPathRules = ({ window, ordersPerSecond }: RuleInput): RuleGroup => ({
  subject: 'order path',
  records: [
    ...(['0.5', '0.99'] as const).map((quantile) => ({
      record: `hop:duration_seconds:p${quantile.slice(2).padEnd(2, '0')}`,
      expression: `histogram_quantile(${quantile}, sum by (service, hop, le) (rate(nautilus_hop_duration_seconds_bucket[${window}])))`,
    })),
    {
      record: 'oms:order_acknowledgement_seconds:p99',
      expression: `histogram_quantile(0.99, sum by (service, le) (rate(nautilus_http_request_duration_seconds_bucket{service="oms", method="POST", route="/api/v1/orders"}[${window}])))`,
    },
  ],
  alerts: [
    ...thresholds(
      [
        {
          alert: 'OrderAcknowledgementVerySlow',
          severity: 'critical',
          for: Duration.minutes(1),
          summary: 'orders are acknowledged after {{ $value | humanizeDuration }}',
          description:
            'One order in a hundred waits that long: the disk of the journal or the CPU of oms is overloaded.',
        },
        {
          alert: 'OrderAcknowledgementSlow',
          severity: 'warning',
          for: Duration.minutes(5),
          summary: 'orders are acknowledged after {{ $value | humanizeDuration }}',
          description: 'One order in a hundred waits that long: look at the disk of the journal and the CPU of oms.',
        },
      ],
      (level) => {
        const seconds = [0.5, 0.05][level];
        return `oms:order_acknowledgement_seconds:p99 > ${seconds} or max by (service) (hop:duration_seconds:p99{hop="entry→ack"}) > ${seconds}`;
      },
    ),
    {
      alert: 'OrdersRefused',
      severity: 'warning',
      expression: `increase(nautilus_oms_refusals[${window}]) > 10 and increase(nautilus_oms_refusals[${window}]) > 0.05 * (increase(nautilus_oms_refusals[${window}]) + increase(nautilus_oms_orders[${window}]))`,
      summary: '{{ $value | humanize }} orders were refused, more than one in twenty',
      description: 'GET /api/v1/rejections of oms has the reason of each.',
    },
    {
      alert: 'WriteBehindLag',
      severity: 'warning',
      expression: `nautilus_write_behind_lag_records > ${10 * ordersPerSecond}`,
      for: Duration.minutes(2),
      summary: '{{ $labels.sink }} lacks {{ $value | humanize }} records of {{ $labels.service }}',
      description: `More than ten seconds of the peak rate. Nothing is lost, the journal has them; see whether {{ $labels.sink }} is down or slow.`,
    },
    ...thresholds(
      [
        {
          alert: 'WriteBehindVeryLate',
          severity: 'critical',
          for: Duration.minutes(1),
          summary: '{{ $labels.sink }} lacks what {{ $labels.service }} did {{ $value | humanizeDuration }} ago',
          description:
            'Nothing is lost as long as the journal keeps it (journals.<engine>.retention): start {{ $labels.sink }}, or make room for it.',
        },
        {
          alert: 'WriteBehindLate',
          severity: 'warning',
          for: Duration.minutes(1),
          summary: '{{ $labels.sink }} lacks what {{ $labels.service }} did {{ $value | humanizeDuration }} ago',
          description: 'Nothing is lost, the journal has it; the log of the engine says why {{ $labels.sink }} waits.',
        },
      ],
      (level) => `nautilus_write_behind_lag_seconds > ${[900, 60][level]}`,
    ),
    {
      alert: 'JournalBehind',
      severity: 'critical',
      expression: `nautilus_oms_undurable_records > ${Math.max(100, ordersPerSecond)}`,
      for: Duration.minutes(1),
      summary: '{{ $value | humanize }} records of orders wait for the disk',
      description: 'Orders are acknowledged only once they are on the disk: it is full or too slow.',
    },
    {
      alert: 'FeedGap',
      severity: 'critical',
      expression: `increase(nautilus_topic_missed_messages_total[${window}]) > 0`,
      summary: '{{ $labels.service }} missed messages of {{ $labels.topic }}',
      description: 'It was too slow and knows so: what it says of the market may be old until it has joined anew.',
    },
    {
      alert: 'RingNearlyFull',
      severity: 'critical',
      expression: 'nautilus_topic_free_slots < 400',
      for: Duration.minutes(1),
      summary: '{{ $labels.service }} can publish only {{ $value }} more messages on {{ $labels.topic }}',
      description: 'A reader of the topic stands still: nautilus_topic_lag_messages names it.',
    },
    {
      alert: 'NoMarketData',
      severity: 'critical',
      expression: `increase(nautilus_marketdata_events[${window}]) == 0 and nautilus_marketdata_feed_running == 1`,
      for: Duration.minutes(1),
      summary: 'the feed plays and no event of it arrives',
      description: 'Nobody trades on old prices knowingly: look at the log of marketdata.',
    },
    {
      alert: 'BookingStopped',
      severity: 'critical',
      expression: 'nautilus_pms_refused == 1',
      summary: 'an execution was refused and booking has stopped',
      description:
        'Positions and cash are as they were before it: GET /api/v1/state of pms and its log name the execution.',
    },
    {
      alert: 'ImpossibleReport',
      severity: 'warning',
      expression: `increase(nautilus_oms_refused_reports[${window}]) > 0`,
      summary: 'a venue reported what cannot be true',
      description: 'The report was refused: the log of oms has it.',
    },
  ],
});
