/**
 * What the order system says to the others. Sequence numbers count what the journal implies, so after a restart the
 * last message in each ring tells where to go on, and nothing is said twice or left out.
 */
import {
  CommandKind,
  type Execution,
  type FieldsOf,
  monotonicNs,
  OrderAck,
  OrderCommand,
  OrderType,
  type OrderUpdate,
  type ViewOf,
} from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import { EngineError, type LatencyRecorder } from '@nautilus/core/kernel';
import type { Publication } from '@nautilus/core/transport';
import type { OrderState } from './order-state';
import { rowOf } from './order-store';
import { Outbox } from './outbox';
import type { JournalRecord } from './records';
import type { OutputListener } from './signals';
import { UpdateQueue } from './update-queue';

type Commands = Publication<FieldsOf<typeof OrderCommand>>;
type Executions = Publication<FieldsOf<typeof Execution>>;
type Acks = Publication<FieldsOf<typeof OrderAck>>;
type Updates = Publication<FieldsOf<typeof OrderUpdate>>;

/** What a released order is at a venue. */
const typeAtVenue = (type: number): number =>
  type === OrderType.stop ? OrderType.market : type === OrderType.stopLimit ? OrderType.limit : type;

/** The number of the last message of a ring; of one that nothing survived in, nothing is to be said until recovery knows what was. */
const lastOf = (publication: Pick<Updates, 'fresh'> & { last(): { readonly sequence: number } | undefined }): number =>
  publication.fresh ? Number.POSITIVE_INFINITY : (publication.last()?.sequence ?? 0);

export class Outputs implements OutputListener {
  private readonly commandBox: Outbox<FieldsOf<typeof OrderCommand>>;
  private readonly ackBox: Outbox<FieldsOf<typeof OrderAck>>;
  private readonly updateQueue: UpdateQueue;
  /** Numbers of the last messages published, in this life or an earlier one. */
  private commanded: number;
  private acked: number;
  private executed: number;
  /** Set before the first record is applied. */
  private state!: OrderState;
  /** When the messages of one pass are said: the clock is read once for all of them, 0 before that. */
  private now = 0;
  /** When the client sent the entry that is being applied; 0 when that is unknown. */
  entrySentAt = 0;

  constructor(
    private readonly record: JournalRecord,
    private readonly commands: Commands,
    private readonly executions: Executions,
    private readonly acks: Acks,
    private readonly updates: Updates,
    private readonly entryToAck: LatencyRecorder,
  ) {
    this.commandBox = new Outbox(OrderCommand, commands);
    this.ackBox = new Outbox(OrderAck, acks);
    this.commanded = lastOf(commands);
    this.acked = lastOf(acks);
    this.updateQueue = new UpdateQueue(() => this.state, updates, lastOf(updates));
    this.executed = executions.last()?.sequence ?? 0;
  }

  /** Messages that wait for the journal or for room. */
  get backlog(): number {
    return this.commandBox.size + this.ackBox.size + this.state.executions.count - this.executed;
  }

  attach(state: OrderState): void {
    this.state = state;
  }

  command(sequence: number, kind: number, index: number): void {
    if (sequence <= this.commanded) return;
    const orders = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const filled = orders.filled[row] as number;
    const replace = kind === CommandKind.replace;
    const command = this.commandBox.push(this.state.record);
    command.sequence = sequence;
    command.sentAt = 0;
    command.timeNs = orders.timeNs[row] as number;
    command.epoch = this.state.epoch;
    command.orderId = index + 1;
    command.startNs = orders.startNs[row] as number;
    command.endNs = orders.endNs[row] as number;
    command.riskAversion = orders.riskAversion[row] as number;
    command.account = orders.account[row] as number;
    command.instrument = orders.instrument[row] as number;
    command.quantity = ((replace ? orders.pendingQuantity[row] : orders.quantity[row]) as number) - filled;
    command.filled = filled;
    command.limitPrice = (replace ? orders.pendingPrice[row] : orders.limitPrice[row]) as number;
    command.displayQuantity = orders.displayQuantity[row] as number;
    command.participation = orders.participation[row] as number;
    command.slices = orders.slices[row] as number;
    command.kind = kind;
    command.side = orders.side[row] as number;
    command.type = typeAtVenue(orders.type[row] as number);
    command.timeInForce = orders.timeInForce[row] as number;
    command.algorithm = orders.algorithm[row] as number;
  }

  ack(sequence: number, kind: number, orderId: number, reason: number): void {
    if (sequence <= this.acked) return;
    const asked = this.record.asked;
    const ack = this.ackBox.push(this.state.record);
    ack.sequence = sequence;
    ack.sentAt = this.entrySentAt;
    ack.clientOrderId = asked.clientOrderId;
    ack.orderId = orderId;
    ack.account = asked.account;
    ack.reason = reason;
    ack.kind = kind;
  }

  update(sequence: number, event: number, index: number): void {
    if (sequence > this.updateQueue.told) this.updateQueue.add(event, index);
  }

  /** Writes what waits for the journal, for room or for a broker: the records behind a snapshot are not folded again. */
  save(state: StateWriter): void {
    this.commandBox.save(state);
    this.ackBox.save(state);
    this.updateQueue.save(state);
  }

  /** What was saved and did not get out. */
  restore(state: StateReader): void {
    this.commandBox.restore(state, ({ sequence }) => sequence > this.commanded);
    this.ackBox.restore(state, (ack) => {
      // The clock that it was read from may have begun anew.
      ack.sentAt = 0;
      return ack.sequence > this.acked;
    });
    this.updateQueue.restore(state, this.state.signals.updates);
  }

  /**
   * After recovery. Rings that nothing survived in get every execution again (positions drop what they have) but no
   * command (the execution system asks for them with a new session) and no answer (who asked is gone).
   * @throws EngineError NAUT_JOURNAL_BEHIND
   */
  recovered(): void {
    const { state } = this;
    const { commands, acks, updates } = state.signals;
    if (this.commands.fresh) this.commanded = commands;
    if (this.acks.fresh) this.acked = acks;
    if (this.updates.fresh) this.updateQueue.told = updates;
    for (const [what, published, implied] of [
      ['commands', this.commanded, commands],
      ['answers', this.acked, acks],
      ['updates', this.updateQueue.told, updates],
      ['executions', this.executed, state.executions.count],
    ] as const) {
      if (published <= implied) continue;
      throw new EngineError({
        status: 500,
        code: 'NAUT_JOURNAL_BEHIND',
        message: `${published} ${what} were published, but the journal only accounts for ${implied}: it is not the journal of these rings, or part of it is lost`,
        value: implied,
        allowed: published,
        fix: 'restore the journal that belongs to this platform, or stop all engines and remove their shared memory and journals together',
      });
    }
  }

  /** Publishes what records up to `released` imply, as far as the rings have room. Returns how many messages. */
  publish(released: number): number {
    this.now = 0;
    return (
      this.publishCommands(released) +
      this.publishExecutions(released) +
      this.publishAcks(released) +
      this.updateQueue.publish(released)
    );
  }

  /** Answers an entry that could not even be journaled: the answer repeats the number of the one before it. False when there is no room. */
  refuse(account: number, clientOrderId: number, kind: number, reason: number): boolean {
    const ack = this.acks.claim();
    if (ack === undefined) return false;
    ack.sequence = this.acked;
    ack.sentAt = monotonicNs();
    ack.clientOrderId = clientOrderId;
    ack.orderId = 0;
    ack.account = account;
    ack.reason = reason;
    ack.kind = kind;
    this.acks.commit();
    return true;
  }

  private publishCommands(released: number): number {
    if (this.commandBox.size === 0) return 0;
    const count = this.commandBox.drain(released, this.sealCommand);
    if (count > 0) this.commands.commit();
    return count;
  }

  private publishAcks(released: number): number {
    if (this.ackBox.size === 0) return 0;
    const count = this.ackBox.drain(released, this.sealAck);
    if (count > 0) this.acks.commit();
    return count;
  }

  private publishExecutions(released: number): number {
    const from = this.executed;
    const fills = this.state.executions;
    while (this.executed < fills.count) {
      const index = this.executed;
      const chunk = fills.chunkOf(index);
      const row = rowOf(index);
      if ((chunk.record[row] as number) > released) break;
      const execution = this.executions.claim();
      if (execution === undefined) break;
      const orderId = chunk.orderId[row] as number;
      const orders = this.state.orders.chunkOf(orderId - 1);
      const orderRow = rowOf(orderId - 1);
      execution.sequence = index + 1;
      execution.sentAt = this.sentAt();
      execution.timeNs = chunk.timeNs[row] as number;
      execution.orderId = orderId;
      execution.childId = chunk.childId[row] as number;
      execution.fee = chunk.fee[row] as number;
      execution.account = orders.account[orderRow] as number;
      execution.instrument = orders.instrument[orderRow] as number;
      execution.price = chunk.price[row] as number;
      execution.quantity = chunk.quantity[row] as number;
      execution.strategy = orders.strategy[orderRow] as number;
      execution.side = orders.side[orderRow] as number;
      execution.maker = chunk.maker[row] as number;
      execution.venue = chunk.venue[row] as number;
      this.executed = index + 1;
    }
    const count = this.executed - from;
    if (count > 0) this.executions.commit();
    return count;
  }

  private sentAt(): number {
    if (this.now === 0) this.now = monotonicNs();
    return this.now;
  }

  private readonly sealCommand = (command: ViewOf<typeof OrderCommand>): void => {
    command.sentAt = this.sentAt();
    this.commanded = command.sequence;
  };

  private readonly sealAck = (ack: ViewOf<typeof OrderAck>): void => {
    const now = this.sentAt();
    if (ack.sentAt > 0) this.entryToAck.record(now - ack.sentAt);
    ack.sentAt = now;
    this.acked = ack.sequence;
  };
}
