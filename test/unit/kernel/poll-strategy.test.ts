import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalog } from '@nautilus/config/catalog';
import { defineEngine, type PollStrategy, parseConfiguration, startEngine, z } from '@nautilus/core/kernel';
import pino from 'pino';

const directory = mkdtempSync(path.join(tmpdir(), 'nautilus-poll-'));
afterAll(() => rmSync(directory, { recursive: true }));

const POLLS = 100;

/** Runs an engine that never finds work until it was polled so often; counts its rests, and the most polls without a turn of the event loop between them. */
async function idle(poll: PollStrategy) {
  const later = jest.spyOn(global, 'setTimeout');
  let polls = 0;
  let inTurn = 0;
  let mostInTurn = 0;
  let enough = () => {};
  const polled = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const definition = defineEngine({
    service: catalog.pms,
    config: z.strictObject({}),
    create: () => ({
      poll: () => {
        if (inTurn++ === 0)
          queueMicrotask(() => {
            mostInTurn = Math.max(mostInTurn, inTurn);
            inTurn = 0;
          });
        if (++polls === POLLS) enough();
        return 0;
      },
    }),
  });
  const configuration = parseConfiguration(
    { service: 'pms', profile: 'test', port: 0, sharedMemory: directory, dataDirectory: directory, poll, engine: {} },
    definition,
  );
  const running = await startEngine(definition, configuration, pino({ level: 'silent' }));
  await polled;
  const rests = later.mock.calls.filter(([, ms]) => ms === 1).length;
  later.mockRestore();
  await running.stop();
  return { rests, mostInTurn };
}

test('the strategy of the configuration is the one that the engine polls by', async () => {
  const spin = await idle('spin');
  expect(spin.rests).toBe(0);
  expect(spin.mostInTurn).toBeGreaterThan(1);
  expect(await idle('yield')).toEqual({ rests: 0, mostInTurn: 1 });
  const sleep = await idle('sleep');
  expect(sleep.rests).toBeGreaterThanOrEqual(POLLS - 1);
  expect(sleep.mostInTurn).toBe(1);
});
