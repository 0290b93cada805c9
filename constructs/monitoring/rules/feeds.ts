import { Duration } from '@nautilus/config';
import type { RuleGroup, RuleInput } from './rule';

/** Feeds of the market that have holes, are old, or have ended badly. */
export const feedRules = ({ window }: RuleInput): RuleGroup => ({
  subject: 'feeds',
  records: [],
  alerts: [
    {
      alert: 'FeedFailed',
      severity: 'critical',
      expression: 'nautilus_marketdata_feeds_failed > 0',
      summary: '{{ $value }} feeds cannot go on',
      description: 'Their books stand still: GET /m4-max/status of marketdata and its log have the error and the fix.',
    },
    {
      alert: 'FeedStale',
      severity: 'critical',
      expression: 'nautilus_marketdata_feeds_stale > 0',
      for: Duration.seconds(30),
      summary: '{{ $value }} feeds miss messages that nobody has brought',
      description:
        'Their quotes are marked as not to be relied on. They go on when a retransmission brings what is missing.',
    },
    {
      alert: 'FeedMessagesMissing',
      severity: 'warning',
      expression: `increase(nautilus_marketdata_feed_gaps[${window}]) > 0`,
      summary: 'messages of a feed were missing {{ $value | humanize }} times',
      description:
        'nautilus_marketdata_feed_recovered counts those that a retransmission brought. Look at the line to the source.',
    },
    {
      alert: 'FeedClockJumps',
      severity: 'warning',
      expression: `increase(nautilus_marketdata_feed_clock_jumps[${window}]) > 0`,
      summary: "a source's clock went elsewhere than ours {{ $value | humanize }} times",
      description:
        'Times of events are then not to be relied on: ask the source, and look at the clock of this machine.',
    },
  ],
});
