import { monotonicNs, tables, type ViewOf } from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import { FLOW_STRIDE, FlowKind } from '../portable-flow/flow';
import { ACCOUNTS, answerTopic, commandTopic, INSTRUMENT, LAST_COMMAND } from './topics';

/** What the answers to the whole flow add up to. */
export interface Counts {
  readonly trades: number;
  readonly rejects: number;
  readonly filled: number;
  readonly live: number;
}

/** Commands that are shown at once while they are streamed. */
const BATCH = 32;

/** Sends a flow to a venue over the rings, again and again, under limits that let all of it through. */
export class Client {
  private readonly hub;
  private readonly commands;
  private readonly answers;
  private sent = 0;
  private answered = 0;
  private trades = 0;
  private rejects = 0;
  private filled = 0;
  private live = 0;

  constructor(
    directory: string,
    private readonly flow: Int32Array,
  ) {
    this.hub = openHub({ directory });
    this.commands = this.hub.publish(commandTopic);
    this.answers = this.hub.subscribe(answerTopic, { name: 'client', reliable: true });
    const limits = this.hub.table(tables.limits);
    for (let account = 0; account < ACCOUNTS; account++)
      limits.write(account, (row) => {
        row.maxOrderNotional = 1e15;
        row.maxOrderQuantity = 1_000_000;
        row.maxPosition = 2_000_000_000;
        row.collarBasisPoints = 5000;
        row.maxOrdersPerSecond = 1_000_000_000;
        row.writtenAt = monotonicNs();
        row.killSwitch = 0;
        row.defined = 1;
      });
    this.hub.table(tables.quotes).write(INSTRUMENT, (quote) => {
      quote.bid = quote.ask = quote.last = 10_000;
      quote.bidQuantity = quote.askQuantity = 1;
    });
  }

  hasVenue(): boolean {
    return this.commands.hasReader('venue');
  }

  /** Round trips of the next `count` commands in ms, one under way at a time. */
  trips(count: number): Float64Array {
    const trips = new Float64Array(count);
    for (let trip = 0, start = performance.now(); trip < count; trip++) {
      this.send();
      this.commands.commit();
      while (this.answered < this.sent) this.answers.poll(this.onAnswer);
      const end = performance.now();
      trips[trip] = end - start;
      start = end;
    }
    return trips;
  }

  /** Commands a second of the whole flow, as many under way as the ring holds, and what the answers to it add up to. */
  stream(): { readonly perSecond: number; readonly counts: Counts } {
    const count = this.flow.length / FLOW_STRIDE;
    const last = this.sent + count;
    this.trades = this.rejects = this.filled = 0;
    const start = performance.now();
    while (this.answered < last) {
      const most = Math.min(this.sent + BATCH, last);
      while (this.sent < most && this.send());
      this.commands.commit();
      this.answers.poll(this.onAnswer);
    }
    const seconds = (performance.now() - start) / 1e3;
    const { trades, rejects, filled, live } = this;
    return { perSecond: count / seconds, counts: { trades, rejects, filled, live } };
  }

  close(): void {
    const command = this.commands.claim();
    if (command) command.kind = LAST_COMMAND;
    this.commands.commit();
    this.hub.close();
  }

  private send(): boolean {
    const command = this.commands.claim();
    if (command === undefined) return false;
    const { flow } = this;
    const at = (this.sent * FLOW_STRIDE) % flow.length;
    const id = flow[at + 1]!;
    command.kind = flow[at] as (typeof FlowKind)[keyof typeof FlowKind];
    command.id = id;
    command.account = id % ACCOUNTS;
    command.side = flow[at + 2]!;
    command.limitPrice = flow[at + 3]!;
    command.quantity = flow[at + 4]!;
    this.sent++;
    return true;
  }

  private readonly onAnswer = ({ result, fills, live }: ViewOf<typeof answerTopic.layout>): void => {
    const kind = this.flow[(this.answered++ * FLOW_STRIDE) % this.flow.length];
    this.live = live;
    if (result < 0) this.rejects++;
    else if (kind === FlowKind.limit || kind === FlowKind.ioc) {
      this.filled += result;
      this.trades += fills;
    }
  };
}
