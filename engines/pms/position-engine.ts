import {
  CodedError,
  type Execution,
  type FieldsOf,
  monotonicNs,
  PRICE_UNITS,
  type Quote,
  tables,
  type View,
} from '@nautilus/core/domain';
import { SnapshotSchedule, type SnapshotSink } from '@nautilus/core/journal';
import { type Engine, EngineError, type EngineIo, type LatencyRecorder } from '@nautilus/core/kernel';
import type { Subscription, TableReader } from '@nautilus/core/transport';
import type { PositionConfig } from './config';
import { ExecutionLog } from './execution-log';
import { Ledger } from './ledger';
import type { CashList, PositionReply, StateReply } from './replies';
import { positionReply } from './valuation';

/** Executions of one poll: keeps the event loop responsive. */
const BATCH = 1024;

/**
 * Books the executions of the order system.
 *
 * An execution leaves the ring only when the journal has it on disk, so a crash loses none; those that come a second time
 * are recognised by their sequence. What cannot be booked without guessing is refused: the engine stops booking, says why
 * on GET /ready and in GET /api/v1/state, and keeps the positions that it had.
 */
export class PositionEngine implements Engine {
  private readonly ledger: Ledger;
  private readonly initial: Ledger;
  private readonly log: ExecutionLog;
  private readonly snapshots: SnapshotSchedule;
  private readonly quotes: TableReader<FieldsOf<typeof Quote>>;
  private readonly hop: LatencyRecorder;
  private refusal: CodedError | undefined;
  private firstOfBatch = true;
  private acknowledged = 0;
  /** Messages before `waitingPosition` may be let go when `waitingRecord` is on disk; position 0: none wait. */
  private waitingRecord = 0;
  private waitingPosition = 0;

  constructor(
    private readonly config: PositionConfig,
    private readonly io: EngineIo,
    private readonly executions: Subscription<FieldsOf<typeof Execution>>,
  ) {
    this.ledger = new Ledger(config);
    this.initial = new Ledger(config);
    this.log = ExecutionLog.open(io.dataDirectory, config.journal);
    const { journal } = this.log;
    const replayed = this.log.replay(this.ledger);
    io.log.info(
      { replayed, snapshot: journal.recovered.snapshot, stateHash: this.ledger.hash() },
      'positions restored',
    );
    const save = (sink: SnapshotSink) => this.log.save(sink, this.ledger);
    this.snapshots = new SnapshotSchedule(journal, config.journal.snapshot, save, io.log);
    this.quotes = io.openTable(tables.quotes);
    this.hop = io.latency('oms→pms');
    this.exportMetrics();
  }

  poll(): number {
    if (this.refusal) return 0;
    let done = 0;
    this.firstOfBatch = true;
    try {
      done = this.executions.poll(this.book, BATCH);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.refuse(error);
    }
    this.acknowledge();
    this.snapshots.poll(done === 0);
    return done;
  }

  async stop(): Promise<void> {
    this.snapshots.stop();
    await this.log.journal.close();
  }

  ready(): true | string {
    return this.refusal ? `${this.refusal.code}: ${this.refusal.message}` : true;
  }

  status(): object {
    return { ...this.state() };
  }

  state(): StateReply {
    const { refusal } = this;
    return {
      sequence: this.log.last,
      durable: this.log.journal.durable,
      stateHash: this.ledger.hash(),
      refusal: refusal ? { code: refusal.code, message: refusal.message, fix: refusal.fix } : null,
    };
  }

  /** Positions that are open or have realised something. */
  positions(): PositionReply[] {
    const { accounts, instruments } = this.config;
    return accounts.flatMap((_, account) =>
      instruments
        .map((_, instrument) => instrument)
        .filter(
          (instrument) =>
            this.ledger.quantity(account, instrument) !== 0 || this.ledger.realisedProfit(account, instrument) !== 0,
        )
        .map((instrument) => this.reply(account, instrument)),
    );
  }

  /** @throws EngineError NAUT_ACCOUNT_UNKNOWN, NAUT_SYMBOL_UNKNOWN */
  position(accountName: string, symbol: string): PositionReply {
    const { accounts, instruments } = this.config;
    const account = accounts.findIndex(({ name }) => name === accountName);
    if (account < 0)
      throw unknown(
        'NAUT_ACCOUNT_UNKNOWN',
        'account',
        accountName,
        accounts.map(({ name }) => name),
      );
    const instrument = instruments.findIndex((known) => known.symbol === symbol);
    if (instrument < 0)
      throw unknown(
        'NAUT_SYMBOL_UNKNOWN',
        'symbol',
        symbol,
        instruments.map((known) => known.symbol),
      );
    return this.reply(account, instrument);
  }

  /** Balances in every currency that an account has moved, its own first. */
  cash(): CashList {
    const { ledger } = this;
    return {
      cash: this.config.accounts.flatMap(({ name, currency: own }, account) =>
        ledger.currencies
          .map((currency, column) => ({
            account: name,
            currency,
            balance: ledger.cash(account, column) / PRICE_UNITS,
            initial: this.initial.cash(account, column) / PRICE_UNITS,
          }))
          .filter(({ currency, balance }) => currency === own || balance !== 0)
          .sort((a, b) => Number(b.currency === own) - Number(a.currency === own)),
      ),
    };
  }

  private readonly book = (execution: View<FieldsOf<typeof Execution>>): void => {
    if (!this.log.isNext(execution)) return;
    if (this.firstOfBatch) {
      this.hop.record(monotonicNs() - execution.sentAt);
      this.firstOfBatch = false;
    }
    this.ledger.apply(execution);
    this.log.append(execution);
  };

  /** Lets go of the messages whose effect is on disk. */
  private acknowledge(): void {
    const { journal } = this.log;
    const { position } = this.executions;
    if (this.waitingPosition === 0 && position > this.acknowledged) {
      this.waitingRecord = journal.last;
      this.waitingPosition = position;
    }
    if (this.waitingPosition === 0 || journal.durable < this.waitingRecord) return;
    this.executions.acknowledge(this.waitingPosition);
    this.acknowledged = this.waitingPosition;
    this.waitingPosition = 0;
  }

  private refuse(error: CodedError): void {
    this.refusal = error;
    this.io.log.error({ code: error.code, fix: error.fix, sequence: this.log.last }, error.message);
  }

  private reply(account: number, instrument: number): PositionReply {
    const quote = this.quotes.snapshot(this.config.instruments[instrument]!.id);
    return positionReply(this.ledger, this.config, account, instrument, quote);
  }

  private exportMetrics(): void {
    const { io, log } = this;
    io.gauge('nautilus_pms_execution_sequence', 'Sequence of the last execution that is booked', () => log.last);
    io.gauge('nautilus_pms_refused', '1 when an execution was refused and booking has stopped', () =>
      this.refusal ? 1 : 0,
    );
  }
}

const unknown = (code: `NAUT_${string}`, what: string, value: string, allowed: readonly string[]): EngineError =>
  new EngineError({ status: 404, code, message: `there is no ${what} ${value}`, value, allowed });
