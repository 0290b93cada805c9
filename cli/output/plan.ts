import { changesEngine, type Difference, type PlannedChange, type StackPlan } from '@nautilus/operations/terraform';

const signs: Readonly<Record<PlannedChange['action'], string>> = {
  create: '+',
  update: '~',
  replace: '±',
  destroy: '-',
  adopt: ' ',
  forget: ' ',
};

/** A plan for a person: a line an object, under it what differs; nothing for stacks that stay as they are. */
export function planLines(plans: readonly StackPlan[]): string[] {
  return plans
    .map(visible)
    .flatMap(({ stack, changes }) =>
      changes.length === 0
        ? []
        : [
            `stack ${stack}`,
            ...changes.flatMap(({ action, kind, name, differences }) => [
              `  ${signs[action]} ${action} ${kind} ${name}`,
              ...differences.map((difference) => `      ${differenceText(difference)}`),
            ]),
          ],
    );
}

/** Without what changes nothing on the engine. */
const visible = ({ stack, changes }: StackPlan): StackPlan => ({
  stack,
  changes: changes.filter(changesEngine),
});

/** `2 to create, 1 to replace`, or `nothing to change`. */
export function planSummary(plans: readonly StackPlan[]): string {
  const all = plans.flatMap(({ changes }) => changes);
  const parts = (['create', 'update', 'replace', 'destroy'] as const).flatMap((action) => {
    const count = all.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count} to ${action}`];
  });
  return parts.length === 0 ? 'nothing to change' : parts.join(', ');
}

function differenceText({ attribute, before, after }: Difference): string {
  if (attribute === 'must_run' && after === 'true') return 'it does not run';
  return before === undefined ? attribute : `${attribute}: ${before} -> ${after}`;
}
