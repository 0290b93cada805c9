import { EngineError, z } from '@nautilus/core/kernel';
import type { RiskConfig } from './config';
import { DurableFile } from './durable-file';
import { Limits } from './limits';

/** What was changed while the engine ran; the rest is as configured. */
const Changes = z.strictObject({
  version: z.literal(1),
  /** By account name. */
  limits: z.record(z.string(), z.strictObject({ limits: Limits, changedAt: z.iso.datetime() })),
  killSwitch: z.strictObject({ all: z.boolean(), accounts: z.array(z.string()) }),
});
type Changes = z.infer<typeof Changes>;

const unchanged: Changes = { version: 1, limits: {}, killSwitch: { all: false, accounts: [] } };

export interface AccountState {
  readonly id: number;
  readonly name: string;
  readonly limits: Limits;
  readonly source: 'configured' | 'changed';
  readonly changedAt: string | null;
  /** The account's own switch or the one for all. */
  readonly killSwitch: boolean;
}

/** The limits in force: configured ones, changed at run time; changes survive a restart. */
export class LimitBook {
  private readonly file: DurableFile<Changes>;
  private changes: Changes;
  private readonly byName: ReadonlyMap<string, RiskConfig['accounts'][number]>;

  /** @throws EngineError NAUT_STATE_CORRUPT when the file of changes is damaged: nothing is guessed */
  constructor(config: RiskConfig, path: string) {
    this.byName = new Map(config.accounts.map((account) => [account.name, account]));
    this.file = new DurableFile(
      path,
      Changes,
      'restore the file from a copy; or remove it to fall back to the configured limits, with every kill switch off',
    );
    this.changes = this.file.read() ?? unchanged;
  }

  get killSwitchForAll(): boolean {
    return this.changes.killSwitch.all;
  }

  /** Names in the file of changes that no account has any more. */
  get orphans(): string[] {
    const { limits, killSwitch } = this.changes;
    return [...new Set([...Object.keys(limits), ...killSwitch.accounts])].filter((name) => !this.byName.has(name));
  }

  accounts(): AccountState[] {
    return [...this.byName.keys()].map((name) => this.account(name));
  }

  /** Undefined when no account has this name. */
  maxPosition(name: string): number | undefined {
    return this.byName.has(name) ? this.account(name).limits.maxPosition : undefined;
  }

  /** @throws EngineError NAUT_ACCOUNT_UNKNOWN */
  account(name: string): AccountState {
    const account = this.byName.get(name);
    if (!account) {
      throw new EngineError({
        status: 404,
        code: 'NAUT_ACCOUNT_UNKNOWN',
        message: `there is no account "${name}"`,
        value: name,
        allowed: [...this.byName.keys()],
        fix: 'use a configured account, or add it to the profile',
      });
    }
    const change = Object.hasOwn(this.changes.limits, name) ? this.changes.limits[name] : undefined;
    const { all, accounts } = this.changes.killSwitch;
    return {
      id: account.id,
      name,
      limits: change?.limits ?? account.limits,
      source: change ? 'changed' : 'configured',
      changedAt: change?.changedAt ?? null,
      killSwitch: all || accounts.includes(name),
    };
  }

  /** Replaces the given limits of an account; durable when it returns. */
  change(name: string, limits: Partial<Limits>, changedAt: string): AccountState {
    const merged = { ...this.account(name).limits, ...limits };
    this.save({ ...this.changes, limits: { ...this.changes.limits, [name]: { limits: merged, changedAt } } });
    return this.account(name);
  }

  /** Back to the configured limits. */
  reset(name: string): AccountState {
    this.account(name);
    const { [name]: _, ...limits } = this.changes.limits;
    this.save({ ...this.changes, limits });
    return this.account(name);
  }

  /**
   * Throws a kill switch: of one account, or the one for all. Releasing the one for all leaves the accounts' own as they are.
   * Engaging takes effect even when it cannot be saved; the error is thrown all the same.
   */
  kill(engaged: boolean, name?: string): void {
    if (name !== undefined) this.account(name);
    const { all, accounts } = this.changes.killSwitch;
    const others = accounts.filter((account) => account !== name);
    const killSwitch =
      name === undefined ? { all: engaged, accounts } : { all, accounts: engaged ? [...others, name] : others };
    if (engaged) this.changes = { ...this.changes, killSwitch };
    this.save({ ...this.changes, killSwitch });
  }

  private save(changes: Changes): void {
    this.file.write(changes);
    this.changes = changes;
  }
}
