import { type BoardOf, noneAllowed, yesNo } from './board';

/** Where prices come from and where orders go. */
export const market: BoardOf = () => ({
  uid: 'nautilus-market',
  title: 'Market',
  about:
    'Where prices come from and where orders go: are feeds whole, and do venues answer, fill and cost what they should?',
  rows: [
    {
      title: 'Feeds',
      panels: [
        {
          kind: 'figure',
          title: 'Failed',
          about: 'Feeds that cannot go on.',
          unit: 'none',
          queries: [{ expression: 'nautilus_marketdata_feeds_failed' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Stale',
          about: 'Feeds with messages missing: their quotes are not to be relied on.',
          unit: 'none',
          queries: [{ expression: 'nautilus_marketdata_feeds_stale' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Gaps',
          about: 'Times that messages were missing since the feeds began.',
          unit: 'none',
          queries: [{ expression: 'nautilus_marketdata_feed_gaps' }],
        },
        {
          kind: 'figure',
          title: 'Recovered',
          about: 'Missing messages that a retransmission brought.',
          unit: 'short',
          queries: [{ expression: 'nautilus_marketdata_feed_recovered' }],
        },
        {
          kind: 'figure',
          title: 'Left out',
          about: 'Lines or messages that made no sense.',
          unit: 'short',
          queries: [{ expression: 'nautilus_marketdata_feed_skipped' }],
        },
        {
          kind: 'figure',
          title: 'Clock jumps',
          about: 'Times that a source’s clock went elsewhere than ours.',
          unit: 'none',
          queries: [{ expression: 'nautilus_marketdata_feed_clock_jumps' }],
        },
        {
          kind: 'lines',
          title: 'Events',
          about: 'Into the books, a second.',
          unit: 'ops',
          queries: [{ expression: 'rate(nautilus_marketdata_events[$__rate_interval])', legend: 'events' }],
        },
        {
          kind: 'lines',
          title: 'Out of order, twice, missing',
          about: 'What was wrong with the messages, a second.',
          unit: 'ops',
          queries: [
            { expression: 'rate(nautilus_marketdata_feed_reordered[$__rate_interval])', legend: 'out of order' },
            { expression: 'rate(nautilus_marketdata_feed_duplicates[$__rate_interval])', legend: 'twice' },
            { expression: 'rate(nautilus_marketdata_feed_gaps[$__rate_interval])', legend: 'gaps' },
            { expression: 'rate(nautilus_marketdata_feed_recovered[$__rate_interval])', legend: 'recovered' },
          ],
        },
      ],
    },
    {
      title: 'Venues',
      panels: [
        {
          kind: 'states',
          title: 'Up',
          about: 'Venues that can be reached.',
          unit: 'none',
          queries: [{ expression: 'nautilus_ems_venue_up', legend: '{{venue}}' }],
          words: yesNo,
          width: 24,
        },
        {
          kind: 'lines',
          title: 'Time to an answer',
          about: 'From an order to its acceptance or refusal, market time, on average.',
          unit: 's',
          queries: [{ expression: 'venue:answer_seconds:mean', legend: '{{venue}}' }],
        },
        {
          kind: 'lines',
          title: 'Orders',
          about: 'Sent to each venue, a second.',
          unit: 'ops',
          queries: [{ expression: 'rate(nautilus_ems_venue_orders[$__rate_interval])', legend: '{{venue}}' }],
        },
        {
          kind: 'lines',
          title: 'Refused',
          about: 'Share of the orders that the venue refused.',
          unit: 'percentunit',
          queries: [{ expression: 'venue:rejects:ratio', legend: '{{venue}}' }],
        },
        {
          kind: 'lines',
          title: 'Fills',
          about: 'At each venue, a second.',
          unit: 'ops',
          queries: [{ expression: 'rate(nautilus_ems_venue_fills[$__rate_interval])', legend: '{{venue}}' }],
        },
        {
          kind: 'lines',
          title: 'Fees a share',
          about: 'Paid since the session began, in currency; below zero the venue has paid us.',
          unit: 'none',
          queries: [
            {
              expression: 'nautilus_ems_venue_fees / (nautilus_ems_venue_filled_shares > 0)',
              legend: '{{venue}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'What should not be',
          about:
            'Answers that did not come in time, fills beyond what was asked, fills told twice, and events about orders that nobody sent.',
          unit: 'none',
          queries: [
            { expression: 'nautilus_ems_late_answers', legend: 'late answers' },
            { expression: 'nautilus_ems_excess_fills', legend: 'excess fills' },
            { expression: 'nautilus_ems_repeated_fills', legend: 'repeated fills' },
            { expression: 'nautilus_ems_stray_events', legend: 'stray events' },
          ],
        },
      ],
    },
  ],
});
