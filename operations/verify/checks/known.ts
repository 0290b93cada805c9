/** Where a value of a status may come from. */
const origins: readonly unknown[] = ['profile', 'cgroup', 'host agent', 'measured'];

const isFact = (value: object): value is { value: unknown; origin?: unknown; reason?: unknown } =>
  'value' in value && ('origin' in value || 'reason' in value);

/** Facts, at any depth, that do not say where they come from, or are null without saying why. */
export function untold(answer: unknown, path = ''): string[] {
  if (typeof answer !== 'object' || answer === null) return [];
  if (isFact(answer)) {
    const known = origins.includes(answer.origin);
    if (answer.value === null)
      return typeof answer.reason === 'string' && answer.reason !== '' ? [] : [`${path} is null without a reason`];
    return known ? [] : [`${path} does not say where it comes from`];
  }
  return Object.entries(answer).flatMap(([key, value]) => untold(value, path === '' ? key : `${path}.${key}`));
}

/** How many facts an answer has, and how many of them are known. */
export function facts(answer: unknown): { readonly all: number; readonly known: number } {
  if (typeof answer !== 'object' || answer === null) return { all: 0, known: 0 };
  if (isFact(answer)) return { all: 1, known: answer.value === null ? 0 : 1 };
  return Object.values(answer)
    .map(facts)
    .reduce((sum, { all, known }) => ({ all: sum.all + all, known: sum.known + known }), { all: 0, known: 0 });
}
