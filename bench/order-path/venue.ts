/**
 * The other end of the order path: a command from the ring, its record in the journal, the limits from the risk table, the book, the
 * answer into the ring. `venue DIRECTORY JOURNALS`
 */
import {
  checkLimits,
  monotonicNs,
  OrderRate,
  OrderType,
  Rejection,
  Side,
  TimeInForce,
  tables,
  type ViewOf,
} from '@nautilus/core/domain';
import { Journal } from '@nautilus/core/journal';
import { OrderBook } from '@nautilus/core/matching';
import { openHub } from '@nautilus/core/transport';
import { FlowKind } from '../portable-flow/flow';
import { ACCOUNTS, answerTopic, commandTopic, INSTRUMENT, LAST_COMMAND } from './topics';

type Command = ViewOf<typeof commandTopic.layout>;

/** Ids of the flow: of its first order, and more than there are. */
const FIRST_ORDER = 1;
const MOST_ORDERS = 1 << 21;
const STALE_AFTER_NS = 600e9;
/** Time between two turns of the event loop, in which the journal writes. */
const BURST_NS = 200_000;

const [directory, journals] = process.argv.slice(2) as [string, string];
const hub = openHub({ directory });
const commands = hub.subscribe(commandTopic, { name: 'venue', reliable: true });
const answers = hub.publish(answerTopic);
const limitsTable = hub.openTable(tables.limits);
const quotesTable = hub.openTable(tables.quotes);
const journal = Journal.open({ directory: journals, name: 'venue', durability: 'memory' });
let book = emptyBook();

/** What is open and held, by account; the account and side of each order, for what its fills change. */
const positions = new Float64Array(ACCOUNTS);
const open = [new Float64Array(ACCOUNTS), new Float64Array(ACCOUNTS)] as const;
const owners = new Uint8Array(MOST_ORDERS);
const sides = new Uint8Array(MOST_ORDERS);
const rates = Array.from({ length: ACCOUNTS }, () => new OrderRate());
const terms = { side: 0, type: OrderType.limit, quantity: 0, limitPrice: 0 };
const exposure = { position: 0, openBuys: 0, openSells: 0 };

const record = new Int32Array(6);
const recordBytes = new Uint8Array(record.buffer);
let nowNs = 0;
/** Answers that certainly have room. */
let room = 0;
let running = true;

function emptyBook(): OrderBook {
  return new OrderBook({ capacity: 1 << 16 });
}

/** Nothing rests and nobody holds anything: the flow begins again. */
function beginAgain(): void {
  book = emptyBook();
  for (const amounts of [positions, ...open]) amounts.fill(0);
}

function hold(id: number, quantity: number): void {
  open[sides[id] as 0 | 1]![owners[id]!]! += quantity;
}

function trade(id: number, quantity: number): void {
  positions[owners[id]!]! += sides[id] === Side.buy ? quantity : -quantity;
}

function settle(taker: number, filled: number): void {
  const { events } = book;
  trade(taker, filled);
  for (let fill = 0; fill < events.count; fill++) {
    const maker = events.makerId(fill);
    trade(maker, events.quantity(fill));
    hold(maker, -events.quantity(fill));
  }
}

function submit({ id, account, side, kind, limitPrice, quantity }: Command): number {
  terms.side = side;
  terms.quantity = quantity;
  terms.limitPrice = limitPrice;
  exposure.position = positions[account]!;
  exposure.openBuys = open[Side.buy][account]!;
  exposure.openSells = open[Side.sell][account]!;
  const rate = rates[account]!;
  const limits = limitsTable.read(account);
  const reason = checkLimits(terms, limits, quotesTable.read(INSTRUMENT), exposure, rate, nowNs, STALE_AFTER_NS);
  if (reason !== Rejection.none) throw new Error(`order ${id} was refused for reason ${reason}`);
  rate.record(nowNs);
  const rests = kind === FlowKind.limit;
  const filled = book.submitLimit(id, side, limitPrice, quantity, rests ? TimeInForce.day : TimeInForce.ioc);
  if (filled < 0) return filled;
  owners[id] = account;
  sides[id] = side;
  if (book.events.count > 0) settle(id, filled);
  if (rests && filled < quantity) hold(id, quantity - filled);
  return filled;
}

function execute(command: Command): number {
  const { kind, id } = command;
  if (kind === FlowKind.limit || kind === FlowKind.ioc) return submit(command);
  const taken = kind === FlowKind.cancel ? book.cancel(id) : book.reduce(id, command.quantity);
  if (taken > 0) hold(id, -taken);
  return taken;
}

function onCommand(command: Command): void {
  if (command.kind === LAST_COMMAND) {
    running = false;
    return;
  }
  if (command.id === FIRST_ORDER && command.kind === FlowKind.limit) beginAgain();
  record[0] = command.kind;
  record[1] = command.side;
  record[2] = command.id;
  record[3] = command.account;
  record[4] = command.limitPrice;
  record[5] = command.quantity;
  journal.append(recordBytes);
  const result = execute(command);
  const answer = answers.claim();
  if (answer === undefined) throw new Error('the answers are not read');
  answer.id = command.id;
  answer.result = result;
  answer.fills = book.events.count;
  answer.live = book.size;
  answer.bid = book.bestBid() ?? 0;
  answer.ask = book.bestAsk() ?? 0;
}

/** Commands of one pass, which are answered together, and passes between two looks at the clock. */
const BATCH = 64;
const PASSES = 16;

async function turn(): Promise<void> {
  const until = monotonicNs() + BURST_NS;
  do {
    nowNs = monotonicNs();
    for (let pass = 0; pass < PASSES; pass++) {
      if (room < BATCH) room = answers.free();
      const answered = commands.poll(onCommand, Math.min(BATCH, room));
      if (answered === 0) continue;
      answers.commit();
      room -= answered;
    }
  } while (nowNs < until);
  if (running) return void setImmediate(turn);
  await journal.close();
  hub.close();
}

turn();
