import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundle, run } from '../child-process';

const ORDERS = 10_000_000;
let directory: string;

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-matching-'));
});

afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

async function printed(program: string, args: readonly string[], nodeOptions: readonly string[] = []): Promise<string> {
  const child = run(bundle(path.join(__dirname, program), directory), args, 'pipe', nodeOptions);
  let text = '';
  child.process.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await child.ended;
  return text;
}

test.each(['book', 'engine'])('the %s allocates nothing on the order path', async (which) => {
  const text = await printed('order-path.ts', [which, String(ORDERS)], ['--expose-gc', '--trace-gc']);
  const during = text.slice(text.indexOf('begin'), text.indexOf('end'));
  const growth = Number(/grew (-?\d+)/.exec(text)?.[1]);
  console.info(`${which}: the heap grew by ${growth} bytes over ${ORDERS} orders`);
  expect(during).not.toMatch(/Mark-(Compact|sweep)/i);
  expect(growth).toBeLessThanOrEqual(1_000_000);
});

test.each(['book', 'engine'])('a million resting orders of the %s take at most 200 bytes each', async (which) => {
  const figures = JSON.parse(await printed('resting-memory.ts', [which]));
  console.info(`${which}: ${JSON.stringify(figures)}`);
  expect(figures.orders).toBe(1_000_000);
  expect(figures.bytesAnOrder).toBeLessThanOrEqual(200);
  expect(figures.residentBytesAnOrder).toBeLessThanOrEqual(200);
});
