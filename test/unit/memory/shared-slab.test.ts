import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { SharedSlab } from '../../../engines/core/memory/shared-slab';
import { bundle } from '../child-process';

jest.setTimeout(300_000);
const OPERATIONS = 400_000 * Number(process.env.NAUTILUS_SOAK ?? 1);

let directory: string;
beforeAll(() => void (directory = mkdtempSync(path.join(os.tmpdir(), 'nautilus-test-'))));
afterAll(() => rmSync(directory, { recursive: true }));

test('three workers never hold the same block, and all of them come back', async () => {
  const program = bundle(path.join(__dirname, 'shared-slab-worker.ts'), directory);
  const wanted = { blockBytes: 128, blocks: 400 };
  const memory = new SharedArrayBuffer(SharedSlab.bytesFor(wanted));
  const slab = SharedSlab.create(memory, wanted);
  const results = await Promise.all(
    [1, 2, 3].map(
      (identity) =>
        new Promise<{ allocated: number; refused: number; stolen: number }>((resolve, reject) => {
          const worker = new Worker(program, { workerData: { memory, identity, operations: OPERATIONS } });
          worker.on('message', resolve).on('error', reject);
        }),
    ),
  );
  const sum = (key: 'allocated' | 'refused' | 'stolen') => results.reduce((total, result) => total + result[key], 0);
  process.stdout.write(
    `shared slab: ${3 * OPERATIONS} operations of 3 workers, ${sum('allocated')} allocated, ${sum('refused')} refused\n`,
  );
  expect(sum('stolen')).toBe(0);
  expect(sum('allocated')).toBeGreaterThan(OPERATIONS / 2);
  expect(slab.stats()).toMatchObject({ used: 0, blocks: 0 });
});

test('memory without a slab, or too small for one, is refused', () => {
  expect(() => SharedSlab.attach(new SharedArrayBuffer(8192))).toThrow('hold no shared slab');
  expect(() => SharedSlab.create(new SharedArrayBuffer(4096), { blockBytes: 64 })).toThrow('do not fit');
  const all = SharedSlab.create(new SharedArrayBuffer(1 << 16), { blockBytes: 64 });
  expect(all.blocks).toBe((2 ** 16 - 4096) / 64);
});
