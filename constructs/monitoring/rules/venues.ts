import { Duration } from '@nautilus/config';
import type { RuleGroup, RuleInput } from './rule';

/** Venues that are away, late, or say what cannot be. */
export const venueRules = ({ window }: RuleInput): RuleGroup => ({
  subject: 'venues',
  records: [
    {
      record: 'venue:answer_seconds:mean',
      expression: `rate(nautilus_ems_venue_answer_seconds[${window}]) / (rate(nautilus_ems_venue_answers[${window}]) > 0)`,
    },
    {
      record: 'venue:rejects:ratio',
      expression: `rate(nautilus_ems_venue_rejects[${window}]) / (rate(nautilus_ems_venue_orders[${window}]) > 0)`,
    },
  ],
  alerts: [
    {
      alert: 'VenueDown',
      severity: 'critical',
      expression: 'nautilus_ems_venue_up == 0',
      for: Duration.seconds(30),
      summary: '{{ $labels.venue }} cannot be reached',
      description:
        'What rests there is unknown and counts as if it could trade; orders go elsewhere. Call the venue, or wait until its session is back.',
    },
    {
      alert: 'VenueRejects',
      severity: 'warning',
      expression: `venue:rejects:ratio > 0.5 and increase(nautilus_ems_venue_rejects[${window}]) > 10`,
      for: Duration.minutes(1),
      summary: '{{ $labels.venue }} refuses {{ $value | humanizePercentage }} of the orders',
      description: 'Orders try the other venues first: `nautilus orders` and the log of ems have the reasons.',
    },
    {
      alert: 'VenueAnswersLate',
      severity: 'warning',
      expression: `increase(nautilus_ems_late_answers[${window}]) > 0`,
      summary: 'a venue left {{ $value | humanize }} requests unanswered',
      description:
        'Each is asked again every second and its order counts as if it could trade. GET /m4-max/status of ems names the venue that is avoided.',
    },
    {
      alert: 'ExcessFills',
      severity: 'critical',
      expression: `increase(nautilus_ems_excess_fills[${window}]) > 0`,
      summary: 'a venue filled more than was asked, or after the end',
      description: 'It was traded and is passed on: `nautilus reconcile`, then agree with the venue on who keeps it.',
    },
    {
      alert: 'StrayEvents',
      severity: 'warning',
      expression: `increase(nautilus_ems_stray_events[${window}]) > 0`,
      summary: 'a venue spoke of {{ $value | humanize }} orders that nobody sent',
      description: 'They were dropped. Another session under our name? Ask the venue for its list of open orders.',
    },
  ],
});
