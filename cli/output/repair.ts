import type { Finding, Interruption, RepairPlan, RepairStep, StepResult } from '@nautilus/operations/drift';
import { table } from './table';

const interruptions: Readonly<Record<Interruption, string>> = {
  nothing: 'restarts nothing',
  'the service': 'interrupts the service',
  'the platform': 'interrupts the platform',
};

const names = ({ findings }: RepairStep) => findings.map(({ id }) => id).join(', ');

/** What would be done, a line each in its order; below it what only its command puts right. */
export function repairLines({ steps, others }: RepairPlan): string[] {
  const rows = steps.map((step) => [`${names(step)}:`, step.command, interruptions[step.interrupts]]);
  const plan = rows.length === 0 ? [] : table(rows, ['repair', 'by', '']).split('\n').slice(1);
  if (others.length === 0) return plan;
  return [...plan, ...(plan.length > 0 ? [''] : []), 'not repaired here:', ...others.map(otherLine)];
}

const otherLine = ({ id, repair }: Finding) => `  ${id}: ${repair.command}  (${interruptions[repair.interrupts]})`;

const outcomes: Readonly<Record<StepResult['outcome'], string>> = {
  ready: 'would be done',
  done: 'done',
  needless: 'nothing to do',
  refused: 'refused',
  failed: 'failed',
};

/** What became of a step, as it happens. */
export const resultLine = ({ step, outcome, reason }: StepResult): string =>
  `${outcomes[outcome].padEnd(13)}  ${names(step)}${reason === undefined ? '' : `: ${reason}`}`;

/** Milliseconds as a person says them of the past. */
export function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute ago';
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
