import { Duration } from '@nautilus/config';
import type { RuleGroup, RuleInput } from './rule';

/** Limits: passed, not in force, or closed. */
export const riskRules = ({ window, limitsStaleAfter }: RuleInput): RuleGroup => ({
  subject: 'risk',
  records: [],
  alerts: [
    {
      alert: 'KillSwitchEngaged',
      severity: 'critical',
      expression: 'nautilus_risk_kill_switch == 1',
      summary: 'the kill switch of {{ $labels.account }} is engaged',
      description: 'Every new order of the account is refused until somebody releases it.',
    },
    {
      alert: 'OpenBreach',
      severity: 'critical',
      expression: 'nautilus_risk_open_breaches > 0',
      summary: '{{ $value }} positions are past their limit',
      description: 'GET /api/v1/risk/breaches of risk names account, instrument and limit.',
    },
    {
      alert: 'NewBreach',
      severity: 'warning',
      expression: `increase(nautilus_risk_breaches[${window}]) > 0`,
      summary: 'a position passed its limit',
      description: 'It may be back inside by now: GET /api/v1/risk/breaches has all of them.',
    },
    {
      alert: 'LimitsStale',
      severity: 'critical',
      expression: `nautilus_risk_limits_age_seconds > ${limitsStaleAfter.seconds}`,
      for: Duration.seconds(30),
      summary: 'limits were last confirmed {{ $value | humanizeDuration }} ago',
      description: 'Orders are refused since nobody knows the limits: risk stands still.',
    },
    {
      alert: 'ExecutionsLost',
      severity: 'critical',
      expression: 'nautilus_risk_lost_executions > 0',
      summary: '{{ $value }} executions never arrived at risk',
      description: 'Its positions are not those of the books: start risk again, it then reads all executions anew.',
    },
  ],
});
