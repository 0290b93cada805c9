/**
 * Order system, execution, venue and positions in one process, over their real rings, tables, journals and HTTP, but polled by the test: in any
 * order, as often as it likes, so that a seed decides what crosses what on its way.
 */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { engineSettings, loadProfile, localPlacement, type Profile } from '@nautilus/config';
import {
  BookEventKind,
  EVERY_VENUE,
  type FieldsOf,
  monotonicNs,
  OrderEntry,
  Side,
  sides,
  tables,
  topics,
  type Values,
  venueOfOrder,
} from '@nautilus/core/domain';
import { type Engine, type EngineDefinition, parseConfiguration, startEngine } from '@nautilus/core/kernel';
import { openHub } from '@nautilus/core/transport';
import { ems } from '@nautilus/ems';
import { oms } from '@nautilus/oms';
import { pms } from '@nautilus/pms';
import pino from 'pino';
import { rowOf } from '../../engines/oms/order-store';
import type { Draw } from './engine-twins';
import { RecordedMarket } from './recorded-market';

type Entry = Values<FieldsOf<typeof OrderEntry>>;

interface Driven<E extends Engine> {
  readonly engine: E;
  readonly port: number;
  stop(): Promise<void>;
}

export const TICK = 100;
export const OPEN_NS = 34_200e9;
export const VENUES = [
  { name: 'XSIM', share: 5, capacity: 1 << 13, takerFee: 0.003, makerFee: -0.002, latencyMicroseconds: 200 },
  { name: 'YSIM', share: 3, capacity: 1 << 13, takerFee: 0.001, makerFee: 0.001, latencyMicroseconds: 0 },
  { name: 'ZSIM', share: 2, capacity: 1 << 13, takerFee: -0.001, makerFee: 0.002, latencyMicroseconds: 3000 },
];
const venueOf = venueOfOrder(VENUES);
const engines = { ems, oms, pms };
const quiet = pino({ level: 'fatal' });

/** Starts an engine that nobody polls but us. */
async function drive<Own, E extends Engine>(definition: EngineDefinition<Own, E>, input: object): Promise<Driven<E>> {
  let engine: E | undefined;
  const undriven: EngineDefinition<Own, E> = {
    ...definition,
    create: async (config, io) => {
      engine = await definition.create(config, io);
      return new Proxy(engine, {
        get: (target, key, receiver) => (key === 'poll' ? undefined : Reflect.get(target, key, receiver)),
      });
    },
  };
  const running = await startEngine(undriven, parseConfiguration(input, definition), quiet);
  return { engine: engine as E, port: running.port, stop: () => running.stop() };
}

export interface FloorOptions {
  readonly draw: Draw;
  readonly accounts: readonly string[];
  readonly symbols: readonly string[];
  readonly maxPosition: number;
  readonly maxOrderQuantity: number;
}

/** Account and instrument numbers begin with 1, in the order of the options. */
export class TradingFloor {
  readonly markets: readonly RecordedMarket[];
  /** Messages of the market and entries so far. */
  events = 0;
  private readonly folder = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'floor-'));
  private readonly hub = openHub({ directory: path.join(this.folder, 'rings') });
  private readonly bookEvents = this.hub.publish(topics.bookEvents);
  private readonly entries = this.hub.publish(topics.orderEntry);
  readonly acks = this.hub.subscribe(topics.orderAcks, { name: 'client', reliable: true });
  readonly executions = this.hub.subscribe(topics.executions, { name: 'model', reliable: true });
  private readonly limits = this.hub.table(tables.limits);
  private readonly quotes = this.hub.table(tables.quotes);
  private readonly clock = this.hub.table(tables.clock);
  private readonly server = http.createServer((request, response) =>
    response.end(JSON.stringify(this.bookOf(String(request.url)))),
  );
  private readonly running: { oms?: Driven<OmsEngine>; ems?: Driven<EmsEngine>; pms?: Driven<PmsEngine> } = {};
  /** By symbol: whose books market data has not all messages of. */
  private readonly staleVenues: readonly Set<number>[];
  private nowNs = OPEN_NS;
  private eventSequence = 0;
  private entrySequence = 0;
  private orderIds = 0;
  private readonly profile: Profile;

  private constructor(private readonly options: FloorOptions) {
    const { draw, symbols } = options;
    this.profile = profileOf(options, this.folder);
    this.staleVenues = symbols.map(() => new Set());
    this.markets = symbols.map((_, at) => new RecordedMarket(1_000_000 + at * 250_000, draw, () => ++this.orderIds));
  }

  static async open(options: FloorOptions): Promise<TradingFloor> {
    const floor = new TradingFloor(options);
    await new Promise<void>((resolve) => floor.server.listen(0, '127.0.0.1', resolve));
    options.accounts.forEach((_, at) => void floor.allow(at + 1, false));
    // Enough for a market: orders of both sides.
    for (const market of floor.markets) while (!market.best(Side.buy) || !market.best(Side.sell)) market.next();
    options.symbols.forEach((_, at) => void floor.quote(at));
    try {
      for (const service of ['ems', 'oms', 'pms'] as const) await floor.start(service);
    } catch (error) {
      await floor.close();
      throw error;
    }
    return floor;
  }

  get oms(): OmsEngine {
    return this.driven('oms').engine as OmsEngine;
  }
  get ems(): EmsEngine {
    return this.driven('ems').engine as EmsEngine;
  }
  get pms(): PmsEngine {
    return this.driven('pms').engine as PmsEngine;
  }

  /** @throws Error on another status than 200 */
  async get<T>(service: keyof typeof engines, url: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.driven(service).port}${url}`);
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Shares of an order that the order system counts as filled. */
  filledOf(orderId: number): number {
    return this.oms.state.orders.chunkOf(orderId - 1).filled[rowOf(orderId - 1)] as number;
  }

  /** An order as the order system and the execution system have it. */
  describe(index: number): object {
    const row = rowOf(index);
    const columns = Object.entries(this.oms.state.orders.chunkOf(index)).map(([name, column]) => [name, column[row]]);
    const parents = this.ems.desk.orders.parents.of as Record<string, ArrayLike<number>>;
    const slot = this.ems.desk.orders.find(index + 1);
    const worked = slot < 0 ? undefined : Object.entries(parents).map(([name, column]) => [name, column[slot]]);
    const plain = (entries: (string | number | undefined)[][]) =>
      Object.fromEntries(entries.filter(([, value]) => value !== 0));
    return { order: index + 1, ...plain(columns), worked: worked && plain(worked) };
  }

  /** One pass of one engine. */
  poll(service: keyof typeof engines): number {
    return this.driven(service).engine.poll?.() ?? 0;
  }

  /** Until nobody has anything to do, what waits for a disk included. */
  async settle(read: () => number): Promise<void> {
    for (let idle = 0; idle < 4; ) {
      const work = this.poll('oms') + this.poll('ems') + this.poll('pms') + read();
      idle = work === 0 ? idle + 1 : 0;
      if (work === 0) await turn();
    }
  }

  /** Stops an engine in order and starts it again. */
  async restart(service: keyof typeof engines): Promise<void> {
    await this.running[service]?.stop();
    await this.start(service);
  }

  /** False when there is no room in the ring. */
  enter(entry: Partial<Entry>): boolean {
    const slot = this.entries.claim();
    if (slot === undefined) return false;
    slot.assign(noEntry);
    slot.assign({ ...entry, sequence: ++this.entrySequence, sentAt: monotonicNs() });
    this.entries.commit();
    this.events++;
    return true;
  }

  /** Time passes, and something happens in the market. */
  market(at: number, passedNs: number): void {
    const market = this.markets[at] as RecordedMarket;
    const slot = this.bookEvents.claim();
    if (slot === undefined) {
      this.poll('ems');
      this.poll('oms');
      return;
    }
    this.pass(passedNs);
    const event = market.next();
    slot.assign({ ...event, sequence: ++this.eventSequence, timeNs: this.nowNs, publishedAt: monotonicNs() });
    slot.assign({ instrument: at + 1, venue: venueOf(event.orderId) });
    this.bookEvents.commit();
    this.quote(at);
    this.events++;
  }

  /** Nothing happens but time. */
  time(passedNs: number): void {
    const slot = this.bookEvents.claim();
    if (slot === undefined) return;
    this.pass(passedNs);
    slot.assign({ kind: BookEventKind.time, orderId: 0, side: 0, price: 0, quantity: 0, instrument: 1, venue: 0 });
    slot.assign({ sequence: ++this.eventSequence, timeNs: this.nowNs, publishedAt: monotonicNs() });
    this.bookEvents.commit();
    this.events++;
  }

  /** Messages of a venue's book are missing, or are there again. */
  stale(at: number, venue: number, stale: boolean): void {
    const slot = this.bookEvents.claim();
    if (slot === undefined) return;
    for (let place = 0; place < VENUES.length; place++)
      if (venue === EVERY_VENUE || venue === place) this.staleVenues[at]![stale ? 'add' : 'delete'](place);
    slot.assign({
      kind: BookEventKind.stale,
      orderId: 0,
      side: 0,
      price: stale ? 1 : 0,
      quantity: 0,
      instrument: at + 1,
      venue,
    });
    slot.assign({ sequence: ++this.eventSequence, timeNs: this.nowNs, publishedAt: monotonicNs() });
    this.bookEvents.commit();
    this.events++;
  }

  allow(account: number, killSwitch: boolean): void {
    const { maxPosition, maxOrderQuantity } = this.options;
    this.limits.write(account, (row) => {
      row.assign({
        maxOrderNotional: 1e15,
        maxOrderQuantity,
        maxPosition,
        collarBasisPoints: 2000,
        maxOrdersPerSecond: 1_000_000,
        killSwitch: Number(killSwitch),
        writtenAt: monotonicNs(),
        defined: 1,
      });
    });
  }

  async close(): Promise<void> {
    for (const engine of Object.values(this.running)) await engine.stop();
    this.hub.close();
    this.server.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private pass(ns: number): void {
    this.nowNs += ns;
    this.clock.write(0, (row) => {
      row.timeNs = this.nowNs;
    });
  }

  private quote(at: number): void {
    const market = this.markets[at] as RecordedMarket;
    const bid = market.best(Side.buy);
    const ask = market.best(Side.sell);
    this.quotes.write(at + 1, (row) => {
      row.timeNs = this.nowNs;
      row.publishedAt = monotonicNs();
      row.eventSequence = this.eventSequence;
      row.bid = bid?.price ?? 0;
      row.bidQuantity = bid?.quantity ?? 0;
      row.ask = ask?.price ?? 0;
      row.askQuantity = ask?.quantity ?? 0;
      row.last = market.last;
    });
  }

  private driven(service: keyof typeof engines): Driven<Engine> {
    const driven = this.running[service];
    if (driven === undefined) throw new Error(`${service} was not started`);
    return driven;
  }

  /** Market data's answer to who joins. */
  private bookOf(url: string): object {
    const at = this.options.symbols.findIndex((symbol) => url.includes(`/${symbol}/`));
    return {
      sequence: this.eventSequence,
      timeNs: this.nowNs,
      stale: [...this.staleVenues[at]!],
      orders: (this.markets[at] as RecordedMarket)
        .orders()
        .map((order) => ({ ...order, side: sides.name(order.side), venue: venueOf(order.orderId) })),
    };
  }

  private async start(service: keyof typeof engines): Promise<void> {
    const definition = engines[service] as unknown as EngineDefinition<unknown, Engine>;
    (this.running as Record<string, Driven<Engine>>)[service] = await drive(definition, this.configuration(service));
    while (this.ems.ready?.() !== true) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  private configuration(service: 'oms' | 'ems' | 'pms'): object {
    const { port } = this.server.address() as AddressInfo;
    const placement = localPlacement(this.profile, {
      dataDirectory: this.folder,
      secrets: this.folder,
      sharedMemory: path.join(this.folder, 'rings'),
    });
    const settings = JSON.parse(JSON.stringify(engineSettings(this.profile, service, placement)));
    settings.port = 0;
    settings.peers = { marketdata: `http://127.0.0.1:${port}` };
    if (settings.engine.journal) settings.engine.journal.preallocateBytes = 1 << 20;
    return settings;
  }
}

/** Three accounts and three symbols on the profile's terms, with limits that the test writes itself. */
function profileOf({ accounts, symbols, maxPosition, maxOrderQuantity }: FloorOptions, folder: string): Profile {
  const file = path.join(folder, 'floor.yaml');
  const profile = {
    extends: 'laptop',
    name: 'floor',
    description: 'a trading floor in one process',
    // Snapshots so often that most restarts begin with one.
    journals: {
      oms: { durability: 'memory', snapshotRecords: 5_000 },
      pms: { durability: 'memory', snapshotRecords: 2_000 },
    },
    trading: {
      limitsStaleAfter: '100d',
      instruments: symbols.map((symbol, at) => ({ id: at + 1, symbol, currency: 'USD', tickSize: TICK })),
      feeds: [{ kind: 'lobster', file: 'sample', instrument: symbols[0] }],
      venues: VENUES,
      accounts: accounts.map((name, at) => ({
        id: at + 1,
        name,
        currency: 'USD',
        initialCash: INITIAL_CASH,
        limits: {
          maxOrderQuantity,
          maxOrderNotional: 9e11,
          maxPosition,
          collarBasisPoints: 2000,
          maxOrdersPerSecond: 1_000_000,
        },
      })),
    },
  };
  fs.writeFileSync(file, JSON.stringify(profile));
  return loadProfile(file);
}

/** Currency. */
export const INITIAL_CASH = 1_000_000;

type OmsEngine = Awaited<ReturnType<typeof oms.create>>;
type EmsEngine = Awaited<ReturnType<typeof ems.create>>;
type PmsEngine = Awaited<ReturnType<typeof pms.create>>;

const noEntry: Entry = OrderEntry.view(new ArrayBuffer(OrderEntry.size)).copy();
