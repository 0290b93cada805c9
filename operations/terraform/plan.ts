/** What terraform would do to one object, in the platform's terms. */
export interface PlannedChange {
  readonly address: string;
  /** container, image, network, volume … */
  readonly kind: string;
  /** Name in Docker where the object has one, else terraform's. */
  readonly name: string;
  /** `adopt` and `forget`: terraform takes note of an image, or gives it up; the engine has it before and after. */
  readonly action: 'create' | 'update' | 'replace' | 'destroy' | 'adopt' | 'forget';
  /** Attributes that differ. Empty for create and destroy. */
  readonly differences: readonly AttributeDifference[];
}

/** One attribute that differs. */
export interface AttributeDifference {
  /** Terraform's name: memory, image, must_run … */
  readonly attribute: string;
  /** What it is and becomes, where both are short and neither is secret. */
  readonly before?: string;
  readonly after?: string;
  /** The object is made anew for it. */
  readonly replaces: boolean;
}

/** `terraform show -json` of a saved plan, as far as it is used. */
export interface RawPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly name: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      readonly after_unknown?: Readonly<Record<string, unknown>>;
      readonly before_sensitive?: unknown;
      readonly after_sensitive?: unknown;
      readonly replace_paths?: readonly (readonly (string | number)[])[];
    };
  }[];
}

/** Whether the engine is another one afterwards; false for what terraform only notes for itself. */
export const changesEngine = ({ action }: Pick<PlannedChange, 'action'>): boolean =>
  action !== 'adopt' && action !== 'forget';

/** The changes of a plan, in terraform's order; what stays as it is is left out. */
export function plannedChanges(plan: RawPlan): PlannedChange[] {
  return (plan.resource_changes ?? []).flatMap(({ address, type, name, change }) => {
    const action = actionOf(type, change);
    if (action === undefined) return [];
    const named = (change.after ?? change.before)?.name;
    const both = action === 'update' || action === 'replace';
    return [
      {
        address,
        kind: type.replace(/^docker_/, ''),
        name: typeof named === 'string' ? named : name,
        action,
        differences: both ? differences(change) : [],
      },
    ];
  });
}

function actionOf(type: string, { actions, before, after }: Change): PlannedChange['action'] | undefined {
  if (type === 'docker_image' && actions.includes('create') && !isBuilt(after)) return 'adopt';
  if (actions.includes('create') && actions.includes('delete')) return 'replace';
  if (actions.includes('create')) return 'create';
  if (actions.includes('update')) return 'update';
  if (actions.includes('delete')) return before?.keep_locally === true ? 'forget' : 'destroy';
  return undefined;
}

/** An image without a build is on the engine already: deploying starts with pulling what is missing. */
const isBuilt = (image: Change['after']): boolean => !isEmpty(image?.build);

type Change = NonNullable<RawPlan['resource_changes']>[number]['change'];

/** Attributes that the plan knows to differ, and those that force a replacement. Unset and empty are the same to the provider. */
function differences({
  actions,
  before,
  after,
  after_unknown,
  before_sensitive,
  after_sensitive,
  replace_paths,
}: Change): AttributeDifference[] {
  const forcing = new Set((replace_paths ?? []).map(([first]) => String(first)));
  const names = new Set([...Object.keys(after ?? {}), ...forcing]);
  return [...names].sort().flatMap((name) => {
    const old = before?.[name];
    const next = after?.[name];
    const replaces = forcing.has(name);
    if (after_unknown?.[name] === true) return replaces ? [{ attribute: name, replaces }] : [];
    // Of an object that is made anew much is not known yet; of one that stays, what is unset goes.
    if (isEmpty(next) && !replaces && (isEmpty(old) || actions.includes('create'))) return [];
    if (JSON.stringify(withoutEmpty(old)) === JSON.stringify(withoutEmpty(next))) return [];
    const secret = marked(before_sensitive, name) || marked(after_sensitive, name);
    const told = !secret && isShort(old) && isShort(next);
    return [{ attribute: name, ...(told && { before: shown(old), after: shown(next) }), replaces }];
  });
}

/** Whether terraform marks this attribute, or anything in it, as a secret. */
function marked(sensitive: unknown, name: string): boolean {
  if (sensitive === true) return true;
  const mark =
    sensitive !== null && typeof sensitive === 'object' ? (sensitive as Record<string, unknown>)[name] : false;
  return mark === true;
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** The value without the parts that say nothing: null, "" and 0 come back from the engine where nothing was set. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== 'object') return isEmpty(value) ? undefined : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => !isEmpty(part))
      .map(([key, part]) => [key, withoutEmpty(part)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}

const isShort = (value: unknown): boolean =>
  isEmpty(value) || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';

function shown(value: unknown): string {
  if (isEmpty(value)) return 'unset';
  const text = String(value);
  return text.startsWith('sha256:') ? text.slice(0, 'sha256:'.length + 12) : text;
}
