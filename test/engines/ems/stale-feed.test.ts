/** Market data and execution as processes: packets stop coming under a running TWAP, which waits, and goes on when they come again. */
import fs from 'node:fs';
import path from 'node:path';
import {
  Algorithm,
  BookEventKind,
  CommandKind,
  OrderType,
  ReportKind,
  Side,
  TimeInForce,
  topics,
} from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { written } from '../../unit/marketdata/itch-flow';
import { messagesOf, pcap, timeOf } from '../../unit/marketdata/mold-packets';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

const SECOND = 1e9;
const OPEN = 34_200 * SECOND;
/** When packets stop coming, and when they come again: from five seconds after the last one on the books are stale. */
const SILENT = 30;
const AGAIN = 60;
const LAST = 100;

const scratch = scratchDirectory('stale-feed');
const running: EngineProcess[] = [];
afterAll(async () => {
  await Promise.all(running.map((engine) => engine.stop()));
  scratch.remove();
});

/** A bid and an offer that stay, and a far order each second that shows that the line is alive. */
const line = written((writer) => {
  writer.add(1, OPEN, 1, Side.buy, 10_000, 'AAPL', 5_850_000);
  writer.add(1, OPEN, 2, Side.sell, 10_000, 'AAPL', 5_850_200);
  for (let second = 1; second <= LAST; second++)
    if (second <= SILENT || second >= AGAIN)
      writer.add(1, OPEN + second * SECOND, 2 + second, Side.buy, 100, 'AAPL', 5_800_000);
});

const instruments = [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }];

async function start(service: 'marketdata' | 'ems', engine: object, peers: Record<string, string> = {}) {
  const name = path.join(scratch.path, service);
  const started = new EngineProcess(
    bundle(`engines/${service}/main.ts`, name),
    Object.assign(
      { service, profile: 'test', host: '127.0.0.1', port: await freePort(), poll: 'yield', peers },
      { sharedMemory: path.join(scratch.path, 'shm'), dataDirectory: path.join(name, 'data'), engine },
      { memory: { claimBytes: 256 * 2 ** 20 } },
    ) as never,
    name,
  );
  running.push(started);
  return started;
}

test('a TWAP sends nothing while its books are stale, and does all of it in the end', async () => {
  const file = path.join(scratch.path, 'line.pcap');
  const packets = messagesOf(line).map((message, index) => ({
    arrivedNs: timeOf(message),
    first: index + 1,
    messages: [message],
  }));
  fs.writeFileSync(file, pcap(packets));
  const hub = openHub({ directory: path.join(scratch.path, 'shm') });
  const commands = hub.publish(topics.orderCommands);
  const reports = hub.subscribe(topics.executionReports, { name: 'oms', reliable: true });
  const marketdata = await start('marketdata', {
    session: '2012-06-21',
    instruments,
    venues: [{ name: 'XSIM', share: 1 }],
    feeds: [{ kind: 'itch', framing: 'moldudp64', file }],
    speed: 50,
    awaitReaders: ['ems', 'watcher'],
  });
  await marketdata.answers();
  const ems = await start(
    'ems',
    {
      instruments,
      venues: [{ name: 'XSIM', share: 1, capacity: 4096, takerFee: 0, makerFee: 0, latencyMicroseconds: 0 }],
    },
    { marketdata: `http://127.0.0.1:${marketdata.configuration.port}` },
  );
  await ems.answers('/ready');
  const said: { kind: number; timeNs: number; price: number }[] = [];
  const slot = commands.claim()!;
  slot.assign({
    sequence: 1,
    sentAt: 0,
    timeNs: 0,
    epoch: 0,
    orderId: 7,
    account: 1,
    instrument: 1,
    quantity: 900,
    filled: 0,
  });
  slot.assign({ startNs: OPEN + SECOND, endNs: OPEN + 91 * SECOND, slices: 9, riskAversion: 0, displayQuantity: 0 });
  slot.assign({ limitPrice: 5_851_000, participation: 0, kind: CommandKind.submit, side: Side.buy });
  slot.assign({ type: OrderType.limit, timeInForce: TimeInForce.day, algorithm: Algorithm.twap });
  commands.commit();
  // The market has waited for this reader.
  const events = hub.subscribe(topics.bookEvents, { name: 'watcher', reliable: true });

  const fills: { timeNs: number; quantity: number }[] = [];
  const stale = async () =>
    Number(/^nautilus_ems_stale_books\S* (\d+)/m.exec(String((await ems.get('/metrics')).body))?.[1]);
  await eventually('the order to be filled', async () => {
    events.poll(({ kind, timeNs, price }) => said.push({ kind, timeNs, price }));
    reports.poll(({ kind, timeNs, quantity }) => {
      if (kind === ReportKind.fill) fills.push({ timeNs, quantity });
    });
    return fills.reduce((sum, { quantity }) => sum + quantity, 0) === 900 ? true : undefined;
  });
  expect(said.filter(({ kind }) => kind === BookEventKind.stale).map(({ timeNs, price }) => [timeNs, price])).toEqual([
    [OPEN + (SILENT + 5) * SECOND, 1],
    [OPEN + AGAIN * SECOND, 0],
  ]);
  expect(await stale()).toBe(0);

  const { children } = (await ems.get('/api/v1/parents/7')).body as { children: { createdNs: number }[] };
  const sent = children.map(({ createdNs }) => (createdNs - OPEN) / SECOND);
  expect(sent.filter((second) => second > SILENT + 5 && second < AGAIN)).toEqual([]);
  expect(Math.min(...sent)).toBeLessThan(SILENT);
  expect(sent).toContain(AGAIN);
  expect(fills.filter(({ timeNs }) => timeNs > OPEN + (SILENT + 5) * SECOND && timeNs < OPEN + AGAIN * SECOND)).toEqual(
    [],
  );
  hub.close();
}, 90_000);
