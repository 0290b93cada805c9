import { CodedError } from '@nautilus/core/domain';
import type { Difference } from './difference';

/**
 * The life of a break:
 *
 * - `open`: found, and nobody has said why
 * - `aged`: still open when a business day ended
 * - `explained`: somebody has said why; it is open again when its difference changes
 * - `resolved`: the last statement of its source agrees
 */
export const breakStates = ['open', 'aged', 'explained', 'resolved'] as const;
export type BreakState = (typeof breakStates)[number];

/** A difference over time. */
export interface Break extends Difference {
  /** The same in every run as long as it is about the same thing. */
  readonly id: string;
  /** Custodian, or `oms`. */
  readonly source: string;
  readonly state: BreakState;
  /** Business days on which it was found first, and when its state changed last. */
  readonly since: string;
  readonly changed: string;
  /** Business days that ended while it was open. */
  readonly age: number;
  /** How often it came back after it had been resolved. */
  readonly returns: number;
  readonly note: string | null;
}

const idOf = (source: string, { kind, of, account, subject }: Difference): string =>
  [source, kind, of, account, subject].join('/');

/** Breaks by id: a fold over statements, explanations and ends of days. */
export class Breaks {
  private readonly byId = new Map<string, Break>();

  get all(): readonly Break[] {
    return [...this.byId.values()];
  }

  get(id: string): Break | undefined {
    return this.byId.get(id);
  }

  count(...states: readonly BreakState[]): number {
    return this.all.filter(({ state }) => states.includes(state)).length;
  }

  /** What a source says now, of everything (or of the kinds that it was asked about). Returns the ids that changed. */
  found(source: string, differences: readonly Difference[], day: string, isAsked = (_: Break) => true): string[] {
    const changed: string[] = [];
    const there = new Set<string>();
    for (const difference of differences) {
      const id = idOf(source, difference);
      there.add(id);
      const before = this.byId.get(id);
      const after = before ? again(before, difference, day) : fresh(id, source, difference, day);
      if (after === before) continue;
      this.byId.set(id, after);
      changed.push(id);
    }
    for (const one of this.byId.values()) {
      if (one.source !== source || one.state === 'resolved' || there.has(one.id) || !isAsked(one)) continue;
      this.byId.set(one.id, { ...one, state: 'resolved', changed: day });
      changed.push(one.id);
    }
    return changed;
  }

  /** @throws CodedError NAUT_BREAK_UNKNOWN, NAUT_BREAK_RESOLVED */
  explain(id: string, note: string, day: string): void {
    const one = this.byId.get(id);
    if (one === undefined) throw unknown(id);
    if (one.state === 'resolved') throw resolved(one);
    this.byId.set(id, { ...one, state: 'explained', note, changed: day });
  }

  /** A business day ends. Returns the ids that changed. */
  age(day: string): string[] {
    const changed: string[] = [];
    for (const one of this.byId.values()) {
      if (one.state !== 'open' && one.state !== 'aged') continue;
      this.byId.set(one.id, {
        ...one,
        state: 'aged',
        age: one.age + 1,
        changed: one.state === 'aged' ? one.changed : day,
      });
      changed.push(one.id);
    }
    return changed;
  }

  restore(breaks: readonly Break[]): void {
    for (const one of breaks) this.byId.set(one.id, one);
  }
}

const fresh = (id: string, source: string, difference: Difference, day: string): Break => ({
  ...difference,
  id,
  source,
  state: 'open',
  since: day,
  changed: day,
  age: 0,
  returns: 0,
  note: null,
});

/** A break that is found once more. */
function again(before: Break, { ours, theirs }: Difference, day: string): Break {
  const same = before.ours === ours && before.theirs === theirs;
  if (before.state === 'resolved')
    return {
      ...before,
      ours,
      theirs,
      state: 'open',
      since: day,
      changed: day,
      age: 0,
      returns: before.returns + 1,
      note: null,
    };
  if (same) return before;
  if (before.state === 'explained') return { ...before, ours, theirs, state: 'open', changed: day };
  return { ...before, ours, theirs };
}

const unknown = (id: string): CodedError =>
  new CodedError({
    code: 'NAUT_BREAK_UNKNOWN',
    message: `there is no break ${id}`,
    fix: 'GET /api/v1/reconciliation/breaks lists them',
  });

const resolved = ({ id, changed }: Break): CodedError =>
  new CodedError({
    code: 'NAUT_BREAK_RESOLVED',
    message: `${id} was resolved on ${changed}`,
    fix: 'nothing is left to explain',
  });
