/** What an execution engine has around it: the market-data engine (a real ring and its HTTP route) and the order system. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  Algorithm,
  type BookEvent,
  CommandKind,
  type ExecutionReport,
  type FieldsOf,
  type OrderCommand,
  OrderType,
  Side,
  TimeInForce,
  topics,
  type Values,
} from '@nautilus/core/domain';
import { type Hub, openHub, type Publication, type Subscription } from '@nautilus/core/transport';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

export type Report = Values<FieldsOf<typeof ExecutionReport>>;

export interface VenueSettings {
  readonly name: string;
  readonly takerFee?: number;
  readonly makerFee?: number;
  readonly latencyMicroseconds?: number;
  /** How it is reached over FIX; left out: it is simulated. */
  readonly fix?: { readonly port: number; readonly senderCompId: string; readonly targetCompId: string };
}

const overFix = {
  kind: 'fix',
  host: '127.0.0.1',
  account: 'DESK-1',
  heartbeatSeconds: 30,
  symbols: { AAPL: 'AAPL.O' },
  answerWithinMilliseconds: 100,
};

export class Surroundings {
  /** What the market-data engine has of the book; nothing: it is not ready. */
  book: { sequence: number; timeNs: number; orders: object[]; stale?: number[] } | undefined;
  eventSequence = 0;
  private readonly scratch = scratchDirectory('ems');
  private readonly hub: Hub;
  private readonly marketdata: Server;
  private readonly reports: Subscription<FieldsOf<typeof ExecutionReport>>;
  readonly market: Publication<FieldsOf<typeof BookEvent>>;
  readonly commands: Publication<FieldsOf<typeof OrderCommand>>;
  private commandSequence = 0;

  private readonly program = bundle('engines/ems/main.ts', this.scratch.path);

  private constructor(
    private readonly port: number,
    private readonly venues: readonly VenueSettings[],
  ) {
    this.hub = openHub({ directory: path.join(this.scratch.path, 'rings') });
    this.market = this.hub.publish(topics.bookEvents);
    this.commands = this.hub.publish(topics.orderCommands);
    this.reports = this.hub.subscribe(topics.executionReports, { name: 'oms', reliable: true });
    this.marketdata = createServer((request, response) => {
      const known = this.book !== undefined && request.url === '/api/v1/marketdata/book/AAPL/orders';
      response.statusCode = known ? 200 : 503;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(known ? { symbol: 'AAPL', ...this.book } : { code: 'NAUT_STARTING' }));
    });
  }

  static async open(venues: readonly VenueSettings[]): Promise<Surroundings> {
    const around = new Surroundings(await freePort(), venues);
    await new Promise<void>((resolve) => around.marketdata.listen(0, '127.0.0.1', resolve));
    return around;
  }

  start(): EngineProcess {
    const { scratch, port, marketdata, venues } = this;
    return new EngineProcess(
      this.program,
      Object.assign(
        { service: 'ems', profile: 'test', host: '127.0.0.1', port, poll: 'yield', logLevel: 'info' },
        {
          sharedMemory: path.join(scratch.path, 'rings'),
          dataDirectory: path.join(scratch.path, 'data'),
          peers: { marketdata: `http://127.0.0.1:${(marketdata.address() as AddressInfo).port}` },
          engine: {
            instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
            venues: venues.map(({ fix, ...venue }) => ({
              capacity: 4096,
              share: 1,
              takerFee: 0,
              makerFee: 0,
              ...(fix === undefined ? { latencyMicroseconds: 0 } : { ...overFix, ...fix }),
              ...venue,
            })),
          },
        },
      ),
      scratch.path,
    );
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.marketdata.close(resolve));
    this.hub.close();
    this.scratch.remove();
  }

  event(kind: number, timeNs: number, change: Partial<Values<FieldsOf<typeof BookEvent>>> = {}): void {
    const slot = this.market.claim();
    if (slot === undefined) throw new Error('the ring is full: the execution engine does not read');
    slot.assign({ publishedAt: 0, orderId: 0, instrument: 1, price: 0, quantity: 0, side: Side.buy, venue: 0 });
    slot.assign({ sequence: ++this.eventSequence, kind, timeNs, ...change });
    this.market.commit();
  }

  command(orderId: number, change: Partial<Values<FieldsOf<typeof OrderCommand>>> = {}): void {
    const slot = this.commands.claim();
    if (slot === undefined) throw new Error('the ring is full: the execution engine does not read');
    slot.assign({ sentAt: 0, timeNs: 0, startNs: 0, endNs: 0, account: 1, instrument: 1, quantity: 100, filled: 0 });
    slot.assign({ limitPrice: 5_850_000, slices: 0, kind: CommandKind.submit, side: Side.buy, type: OrderType.limit });
    slot.assign({ timeInForce: TimeInForce.day, algorithm: Algorithm.none, riskAversion: 0 });
    slot.assign({ displayQuantity: 0, participation: 0, epoch: 0 });
    slot.assign({ sequence: ++this.commandSequence, orderId, ...change });
    this.commands.commit();
  }

  /** Waits for this many reports. */
  async heard(count: number): Promise<Report[]> {
    const all: Report[] = [];
    const until = Date.now() + 20_000;
    while (all.length < count && Date.now() < until) {
      if (this.reports.poll((report) => void all.push(report.copy()), count - all.length) === 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(all.length).toBe(count);
    return all;
  }
}
