import path from 'node:path';
import { type Execution, type FieldsOf, monotonicNs, Side, tables } from '@nautilus/core/domain';
import { type Engine, type EngineIo, Gauge } from '@nautilus/core/kernel';
import type { Subscription } from '@nautilus/core/transport';
import type { RiskConfig } from './config';
import { DurableFile } from './durable-file';
import { type AccountState, LimitBook } from './limit-book';
import { type Limits, writeLimits } from './limits';
import { type Breach, PositionWatch, WatchState } from './position-watch';

/** How often the limits are confirmed, well within the OMS's patience. */
const CONFIRM_EVERY_NS = 200e6;
/** Fills are acknowledged when they are on the disk: after this many, or this long. */
const SAVE_AFTER_FILLS = 4096;
const SAVE_AFTER_NS = 250e6;

const now = () => new Date().toISOString();

/** Keeps the limits table fresh and true, and holds positions against their limits. */
export class RiskEngine implements Engine {
  private readonly book: LimitBook;
  private readonly watch: PositionWatch;
  private readonly watchFile: DurableFile<WatchState>;
  private readonly limits;
  private readonly accountNames: ReadonlyMap<number, string>;
  private readonly symbols: ReadonlyMap<number, string>;
  private confirmedAt = 0;
  private unsavedFills = 0;
  private savedAt = 0;

  constructor(
    config: RiskConfig,
    private readonly io: EngineIo,
    private readonly executions: Subscription<FieldsOf<typeof Execution>>,
  ) {
    this.accountNames = new Map(config.accounts.map(({ id, name }) => [id, name]));
    this.symbols = new Map(config.instruments.map(({ id, symbol }) => [id, symbol]));
    this.book = new LimitBook(config, path.join(io.dataDirectory, 'limits.json'));
    this.watchFile = new DurableFile(
      path.join(io.dataDirectory, 'watch.json'),
      WatchState,
      'restore the file from a copy; or remove it, and positions and breaches start from nothing',
    );
    this.watch = new PositionWatch((account) => this.book.maxPosition(account), this.watchFile.read());
    for (const name of this.book.orphans)
      io.log.warn({ account: name }, 'changed limits of an account that is not configured');
    this.limits = io.table(tables.limits);
    this.exportMetrics();
    for (let row = 0; row < tables.limits.rows; row++) {
      if (!this.accountNames.has(row)) this.limits.write(row, (view) => void (view.defined = 0));
    }
    this.confirm(monotonicNs());
  }

  poll(): number {
    const at = monotonicNs();
    if (at - this.confirmedAt >= CONFIRM_EVERY_NS) this.confirm(at);
    const read = this.executions.poll(this.onExecution, SAVE_AFTER_FILLS - this.unsavedFills);
    if (read > 0 && this.unsavedFills === 0) this.savedAt = at;
    this.unsavedFills += read;
    const due = this.unsavedFills >= SAVE_AFTER_FILLS || at - this.savedAt >= SAVE_AFTER_NS;
    if (this.unsavedFills > 0 && due) this.save();
    return read;
  }

  stop(): void {
    this.save();
  }

  status(): object {
    return { openBreaches: this.watch.openBreaches, lostExecutions: this.watch.lostExecutions };
  }

  limitsInForce(): { killSwitch: boolean; accounts: AccountState[] } {
    return { killSwitch: this.book.killSwitchForAll, accounts: this.book.accounts() };
  }

  limitsOf(account: string): AccountState {
    return this.book.account(account);
  }

  changeLimits(account: string, limits: Partial<Limits>): AccountState {
    const state = this.book.change(account, limits, now());
    this.io.log.info({ account, limits }, 'limits changed');
    this.afterChange();
    return state;
  }

  resetLimits(account: string): AccountState {
    const state = this.book.reset(account);
    this.io.log.info({ account }, 'limits are the configured ones again');
    this.afterChange();
    return state;
  }

  kill(engaged: boolean, account?: string): { killSwitch: boolean; accounts: AccountState[] } {
    try {
      this.book.kill(engaged, account);
    } finally {
      this.confirm(monotonicNs());
    }
    this.io.log.warn({ engaged, account: account ?? 'all' }, 'kill switch');
    return this.limitsInForce();
  }

  breaches(): { lostExecutions: number; breaches: readonly Breach[] } {
    return { lostExecutions: this.watch.lostExecutions, breaches: this.watch.list() };
  }

  exposure() {
    const positions = this.watch.all().map((position) => {
      const maxPosition = this.book.maxPosition(position.account) ?? null;
      return { ...position, maxPosition, used: maxPosition ? Math.abs(position.quantity) / maxPosition : null };
    });
    return { lostExecutions: this.watch.lostExecutions, positions };
  }

  /** Rewrites every account's row: what it says, and that it was true at `at`. */
  private confirm(at: number): void {
    this.confirmedAt = at;
    for (const { id, limits, killSwitch } of this.book.accounts()) {
      this.limits.write(id, (row) => {
        writeLimits(row, limits);
        row.killSwitch = killSwitch ? 1 : 0;
        row.defined = 1;
        row.writtenAt = at;
      });
    }
  }

  private afterChange(): void {
    this.confirm(monotonicNs());
    this.watch.review(this.io.clock.nowNs(), now());
    this.save();
  }

  private readonly onExecution: Parameters<typeof this.executions.poll>[0] = (fill) => {
    this.io.clock.advance(fill.timeNs);
    const lostBefore = this.watch.lostExecutions;
    const openBefore = this.watch.openBreaches;
    this.watch.apply({
      sequence: fill.sequence,
      account: this.accountNames.get(fill.account) ?? `#${fill.account}`,
      symbol: this.symbols.get(fill.instrument) ?? `#${fill.instrument}`,
      quantity: fill.side === Side.buy ? fill.quantity : -fill.quantity,
      timeNs: fill.timeNs,
      at: now(),
    });
    if (this.watch.lostExecutions > lostBefore) {
      this.io.log.error(
        { sequence: fill.sequence },
        'executions are missing before this one: positions are not complete',
      );
    }
    if (this.watch.openBreaches > openBefore) this.io.log.warn(this.watch.list().at(-1), 'position limit breached');
  };

  /** What was read is on the disk before it is acknowledged: after a crash it comes again, and is dropped by its sequence. */
  private save(): void {
    this.watchFile.write(this.watch.state());
    this.executions.acknowledge(this.executions.position);
    this.unsavedFills = 0;
    this.savedAt = monotonicNs();
  }

  private exportMetrics(): void {
    const { book, watch } = this;
    const registers = [this.io.metrics];
    new Gauge({
      name: 'nautilus_risk_limit',
      help: 'Limit in force, in the unit of its name',
      labelNames: ['account', 'limit'],
      registers,
      collect() {
        for (const { name: account, limits } of book.accounts())
          for (const [limit, value] of Object.entries(limits)) this.set({ account, limit }, value);
      },
    });
    new Gauge({
      name: 'nautilus_risk_kill_switch',
      help: '1 while every new order of the account is refused',
      labelNames: ['account'],
      registers,
      collect() {
        for (const { name: account, killSwitch } of book.accounts()) this.set({ account }, killSwitch ? 1 : 0);
      },
    });
    new Gauge({
      name: 'nautilus_risk_position',
      help: 'Signed position by the executions, shares',
      labelNames: ['account', 'symbol'],
      registers,
      collect() {
        for (const { account, symbol, quantity } of watch.all()) this.set({ account, symbol }, quantity);
      },
    });
    this.io.gauge('nautilus_risk_open_breaches', 'Positions past their limit now', () => watch.openBreaches);
    this.io.gauge('nautilus_risk_breaches', 'Breaches since the watch began', () => watch.total);
    this.io.gauge('nautilus_risk_lost_executions', 'Executions that never arrived', () => watch.lostExecutions);
    this.io.gauge(
      'nautilus_risk_limits_age_seconds',
      'Since the limits were last confirmed',
      () => (monotonicNs() - this.confirmedAt) / 1e9,
    );
  }
}
