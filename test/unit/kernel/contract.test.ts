import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalog } from '@nautilus/config/catalog';
import { tables, topics } from '@nautilus/core/domain';
import { defineEngine, parseConfiguration, z } from '@nautilus/core/kernel';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createIo } from '../../../engines/core/kernel/io';
import { Latencies } from '../../../engines/core/kernel/latency';
import { EngineMemory } from '../../../engines/core/kernel/memory';
import { Topics } from '../../../engines/core/kernel/topics';
import type { Hub } from '../../../engines/core/transport';

const directory = mkdtempSync(path.join(tmpdir(), 'nautilus-contract-'));
afterAll(() => rmSync(directory, { recursive: true }));

const definition = defineEngine({
  service: catalog.pms,
  config: z.strictObject({}),
  consumes: { executions: topics.executions },
  produces: { bars: topics.bars },
  reads: { quotes: tables.quotes },
  writes: { limits: tables.limits },
  create: () => ({ poll: () => 0 }),
});

/** A hub that only tells what was asked of it. */
function recordingHub() {
  const asked: unknown[] = [];
  const record =
    (what: string) =>
    (end: { name: string }, options?: object): never => {
      asked.push([what, end.name, options]);
      return { lag: () => 7, missed: 2, conflated: 3, free: () => 9, refused: 4, inFlight: () => 5 } as never;
    };
  const hub: Hub = {
    publish: record('publish'),
    subscribe: record('subscribe'),
    table: record('table'),
    openTable: record('openTable'),
    snapshots: record('snapshots'),
    verify: () => {},
    close: () => {},
  };
  return { hub, asked };
}

async function io() {
  const metrics = new Registry();
  const configuration = parseConfiguration(
    {
      service: 'pms',
      profile: 'test',
      port: 0,
      sharedMemory: directory,
      dataDirectory: path.join(directory, 'a', 'b'),
      engine: {},
    },
    definition,
  );
  const { hub, asked } = recordingHub();
  const log = pino({ level: 'silent' });
  const carriers = await Topics.open(configuration, hub, [], log);
  const latencies = new Latencies(metrics);
  const memory = new EngineMemory(configuration, () => latencies.hop('memory allocation'), metrics);
  return {
    io: createIo(definition, { configuration, hub, topics: carriers, log, metrics, latencies, memory }),
    asked,
    metrics,
  };
}

test('what the contract declares can be opened, under the name of the service unless another is given', async () => {
  const { io: own, asked } = await io();
  await own.subscribe(topics.executions, { reliable: true });
  await own.subscribe(topics.executions, { name: 'second' });
  await own.publish(topics.bars);
  own.openTable(tables.quotes);
  own.table(tables.limits);
  expect(asked).toEqual([
    ['subscribe', 'oms.executions', { reliable: true, name: 'pms' }],
    ['subscribe', 'oms.executions', { name: 'second' }],
    ['publish', 'marketdata.bars', undefined],
    ['openTable', 'marketdata.quotes', undefined],
    ['table', 'risk.limits', undefined],
  ]);
});

test('what it does not declare cannot, and the error names what is declared', async () => {
  const { io: own, asked } = await io();
  await expect(own.publish(topics.executions)).rejects.toThrow(
    /pms opens oms\.executions, which its contract does not declare/,
  );
  await expect(own.subscribe(topics.bars)).rejects.toThrow(expect.objectContaining({ allowed: ['oms.executions'] }));
  expect(() => own.table(tables.quotes)).toThrow(expect.objectContaining({ code: 'NAUT_NOT_DECLARED' }));
  expect(() => own.openTable(tables.limits)).toThrow(
    expect.objectContaining({ fix: expect.stringContaining('`reads`') }),
  );
  expect(asked).toEqual([]);
});

test('what happens to each topic is in the metrics, and does not add up from one reading to the next', async () => {
  const { io: own, metrics } = await io();
  await own.subscribe(topics.executions);
  await own.publish(topics.bars);
  await metrics.metrics();
  const text = await metrics.metrics();
  expect(text).toContain('nautilus_topic_lag_messages{topic="oms.executions"} 7');
  expect(text).toContain('nautilus_topic_missed_messages_total{topic="oms.executions"} 2');
  expect(text).toContain('nautilus_topic_conflated_messages_total{topic="oms.executions"} 3');
  expect(text).toContain('nautilus_topic_refused_claims_total{topic="marketdata.bars"} 4');
  expect(text).toContain('nautilus_topic_unconfirmed_messages{topic="marketdata.bars"} 5');
  expect(text).toContain('nautilus_topic_free_slots{topic="marketdata.bars"} 9');
});
