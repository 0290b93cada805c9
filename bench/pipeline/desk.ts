/**
 * Execution, positions and a client in one process: `desk.js CONFIGURATION`. The client sends orders that trade at once, buys and sells in
 * turn, and the process prints a line of figures for each line of orders that it reads: count and most in flight.
 */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import {
  AckKind,
  CommandKind,
  monotonicNs,
  OrderType,
  Side,
  sides,
  TimeInForce,
  tables,
  topics,
} from '@nautilus/core/domain';
import { parseConfiguration, startEngine } from '@nautilus/core/kernel';
import { openHub } from '@nautilus/core/transport';
import { ems } from '@nautilus/ems';
import { pms } from '@nautilus/pms';
import pino from 'pino';
import { ACCOUNT, BID, INSTRUMENT, OFFER, type Place, SYMBOL } from './place';

/** Shares that rest at the best prices: more than any run takes. */
const RESTING = 2_000_000_000;
const OPEN_NS = 34_200e9;
/** Entries of one turn. */
const BURST = 256;

const place = JSON.parse(fs.readFileSync(process.argv[2] as string, 'utf8')) as Place;
const silent = pino({ level: 'error' }, process.stderr);
const hub = openHub({ directory: place.rings });

/** What market data would answer to an execution system that joins. */
const book = {
  sequence: 0,
  timeNs: OPEN_NS,
  orders: [
    { orderId: 1, side: sides.name(Side.buy), price: BID, quantity: RESTING, venue: 0 },
    { orderId: 2, side: sides.name(Side.sell), price: OFFER, quantity: RESTING, venue: 0 },
  ],
};

async function main(): Promise<void> {
  const server = http.createServer((_, response) => response.end(JSON.stringify(book))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const marketdata = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  hub.publish(topics.bookEvents);
  writeTables();
  const common = { profile: 'bench', port: 0, sharedMemory: place.rings, poll: 'yield', peers: { marketdata } };
  const instruments = [{ id: INSTRUMENT, symbol: SYMBOL, currency: 'USD', tickSize: 100 }];
  const execution = await startEngine(
    ems,
    parseConfiguration(
      {
        ...common,
        service: 'ems',
        dataDirectory: path.join(place.data, 'ems'),
        engine: {
          instruments,
          venues: [
            { name: 'XSIM', capacity: 65_536, share: 1, takerFee: 0.003, makerFee: -0.002, latencyMicroseconds: 0 },
          ],
        },
      },
      ems,
    ),
    silent,
  );
  const positions = await startEngine(
    pms,
    parseConfiguration(
      {
        ...common,
        service: 'pms',
        dataDirectory: path.join(place.data, 'pms'),
        engine: {
          session: '2012-06-21',
          instruments,
          accounts: [{ id: ACCOUNT, name: 'bench', initialCash: 1e9, currency: 'USD' }],
          journal: { durability: 'batched' },
        },
      },
      pms,
    ),
    silent,
  );
  await until(() => execution.engine.ready() === true);
  const client = new Client(() => sequenceOf(positions.port));
  process.stdout.write('ready\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [orders, inFlight] = line.split(' ').map(Number) as [number, number];
    process.stdout.write(`${await client.run(orders, inFlight)}\n`);
  }
  await execution.stop();
  await positions.stop();
  hub.close();
  server.close();
}

function writeTables(): void {
  hub.table(tables.limits).write(ACCOUNT, (row) => {
    row.maxOrderNotional = 1e15;
    row.maxOrderQuantity = 1_000_000;
    row.maxPosition = 2_000_000_000;
    row.collarBasisPoints = 500;
    row.maxOrdersPerSecond = 1_000_000_000;
    row.killSwitch = 0;
    row.writtenAt = monotonicNs();
    row.defined = 1;
  });
  hub.table(tables.quotes).write(INSTRUMENT, (quote) => {
    quote.timeNs = OPEN_NS;
    quote.bid = BID;
    quote.ask = OFFER;
    quote.bidQuantity = quote.askQuantity = RESTING;
    quote.last = BID;
  });
}

/** Sequence of the last execution that the position engine has booked. */
async function sequenceOf(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/state`);
  return ((await answer.json()) as { sequence: number }).sequence;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

class Client {
  private readonly entries = hub.publish(topics.orderEntry);
  private readonly acks = hub.subscribe(topics.orderAcks, { name: 'bench', reliable: true });
  private sent = 0;
  private answered = 0;
  private refusedWith = 0;

  constructor(private readonly booked: () => Promise<number>) {}

  /** Orders a second, from the first entry until the last fill stands in the positions. */
  async run(orders: number, inFlight: number): Promise<number> {
    const last = this.sent + orders;
    const begin = performance.now();
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        this.acks.poll(this.onAck);
        if (this.refusedWith !== 0) return reject(new Error(`an order was refused for reason ${this.refusedWith}`));
        const now = monotonicNs();
        for (let burst = 0; burst < BURST && this.sent < last && this.sent - this.answered < inFlight; burst++)
          if (!this.send(now)) break;
        this.entries.commit();
        if (this.answered === last) resolve();
        else setImmediate(turn);
      };
      turn();
    });
    while ((await this.booked()) < last) await new Promise((resolve) => setTimeout(resolve, 1));
    return orders / ((performance.now() - begin) / 1e3);
  }

  private readonly onAck = (ack: { readonly kind: number; readonly reason: number }): void => {
    this.answered++;
    if (ack.kind !== AckKind.accepted) this.refusedWith = ack.reason;
  };

  private send(now: number): boolean {
    const entry = this.entries.claim();
    if (entry === undefined) return false;
    const buys = (this.sent & 1) === 0;
    entry.sequence = entry.clientOrderId = ++this.sent;
    entry.sentAt = now;
    entry.startNs = entry.endNs = entry.group = entry.parent = entry.riskAversion = 0;
    entry.account = ACCOUNT;
    entry.instrument = INSTRUMENT;
    entry.quantity = 100;
    entry.limitPrice = buys ? OFFER : BID;
    entry.stopPrice = entry.displayQuantity = entry.participation = entry.slices = entry.strategy = entry.session = 0;
    entry.kind = CommandKind.submit;
    entry.side = buys ? Side.buy : Side.sell;
    entry.type = OrderType.limit;
    entry.timeInForce = TimeInForce.ioc;
    entry.algorithm = entry.contingency = 0;
    return true;
  }
}

void main();
