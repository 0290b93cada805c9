import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type MemoryError, MemoryManager, mapFile, SharedBuffers } from '@nautilus/core/memory';
import { bundle } from '../child-process';

jest.setTimeout(300_000);
const KILLS = 100 * Number(process.env.NAUTILUS_SOAK ?? 1);
const MIB = 2 ** 20;
const root = path.join(__dirname, '../../..');
const home = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

let scratch: string;
let directory: string;
let program: string;
const children = new Set<ChildProcess>();
const opened: SharedBuffers[] = [];

beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(home, 'nautilus-test-'));
  program = bundle(path.join(__dirname, 'shared-buffers-child.ts'), scratch);
});
beforeEach(() => void (directory = fs.mkdtempSync(path.join(scratch, 'buffers-'))));
afterEach(() => {
  for (const buffers of opened.splice(0)) buffers.close();
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const open = (owner = 'test') => {
  const buffers = SharedBuffers.in({ directory, owner });
  opened.push(buffers);
  return buffers;
};
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    return (error as MemoryError).code;
  }
  return undefined;
};
/** Files of buffers, not of the table or of locks. */
const bufferFiles = () => fs.readdirSync(directory).filter((file) => /^zero-copy\.\d+\.\d+$/.test(file));

/** Starts the other process. Gives its first line, which says that it has done its part and holds on. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [program, args[0]!, directory, ...args.slice(1)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') },
  });
  children.add(child);
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  const first = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).split('\n')[0]!));
    child.once('close', (code) => reject(new Error(`${args[0]} ended with ${code}: ${complaint}`)));
  });
  const end = async () => {
    child.stdin.end();
    await gone;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return { first, kill, end, complaint: () => complaint };
}

test('a buffer that one process makes is read and written by another without a copy', async () => {
  const maker = await start('make', 'scenarios', String(MIB));
  const mine = open();
  const buffer = mine.open('scenarios');
  expect(buffer).toMatchObject({ bytes: MIB, kind: 'metal', made: false });
  const reader = await start('read', 'scenarios', String(MIB));
  expect(buffer.view(Int32Array)[0]).toBe(4711);
  const [state] = mine.list();
  expect(state?.holders.map(({ owner, alive }) => [owner, alive])).toEqual([
    ['make', true],
    ['test', true],
    ['read', true],
  ]);
  await Promise.all([maker.end(), reader.end()]);
  expect(mine.list()[0]?.holders).toHaveLength(1);
  buffer.release();
  expect(mine.list()).toEqual([]);
  expect(bufferFiles()).toEqual([]);
});

test('a buffer outlives the process that made it, killed at once, as long as another holds it', async () => {
  const maker = await start('make', 'book', String(MIB));
  const token = maker.first.split(' ')[1]!;
  const reader = await start('read', 'book', String(MIB));
  await maker.kill();
  const mine = open();
  expect(mine.sweep()).toBe(0);
  // A third process reads what the dead one wrote.
  const third = await start('token', token);
  expect(third.first).toBe('read');
  expect(
    mine
      .list()[0]
      ?.holders.map(({ owner }) => owner)
      .sort(),
  ).toEqual(['read', 'token']);
  await third.kill();
  await reader.kill();
  expect(mine.sweep()).toBe(1);
  expect(bufferFiles()).toEqual([]);
  expect(codeOf(() => mine.openToken(Number(token)))).toBe('NAUT_MEMORY_BUFFER_UNKNOWN');
});

test('what a killed reader held is released, and the maker goes on with its buffer', async () => {
  const mine = open();
  const buffer = mine.create('quotes', 65_536);
  const view = buffer.view(Int32Array);
  for (let at = 0; at < view.length; at++) view[at] = (Math.imul(at, 0x9e3779b1) >>> 7) | 0;
  const reader = await start('read', 'quotes', '65536');
  await reader.kill();
  mine.sweep();
  expect(mine.list()[0]?.holders.map(({ owner }) => owner)).toEqual(['test']);
  expect(view[0]).toBe(4711);
  buffer.release();
  expect(bufferFiles()).toEqual([]);
});

test(`after ${KILLS} kills at any point of making, opening and releasing nothing is left, and the rest goes on`, async () => {
  const mine = open();
  const kept = mine.create('kept', 4096);
  kept.view(Uint8Array).fill(9);
  let rounds = 0;
  const one = async (kills: number) => {
    for (let kill = 0; kill < kills; kill++) {
      const child = await start('churn');
      rounds += Number(child.first.split(' ')[1]) + 1;
      await delay(Math.random() * 25);
      await child.kill();
      if (child.complaint()) throw new Error(child.complaint());
    }
  };
  await Promise.all([one(KILLS / 2), one(KILLS / 2)]);
  mine.sweep();
  process.stdout.write(`shared buffers: ${KILLS} processes killed\n`);
  expect(rounds).toBeGreaterThanOrEqual(KILLS);
  expect(mine.list().map(({ name, holders }) => [name, holders.map(({ owner }) => owner)])).toEqual([
    ['kept', ['test']],
  ]);
  expect(bufferFiles()).toHaveLength(1);
  expect(kept.view(Uint8Array).every((byte) => byte === 9)).toBe(true);
});

test('a token of a buffer that is gone never opens a later one in its place', () => {
  const mine = open();
  const first = mine.create('a', 64);
  const { token } = first;
  first.release();
  const second = mine.create('a', 64);
  expect(second.token).not.toBe(token);
  expect(second.token % 256).toBe(token % 256);
  expect(codeOf(() => mine.openToken(token))).toBe('NAUT_MEMORY_BUFFER_UNKNOWN');
  for (const wrong of [-1, 1.5, 2 ** 52, Number.NaN])
    expect(codeOf(() => mine.openToken(wrong))).toBe('NAUT_MEMORY_BUFFER_UNKNOWN');
  expect(mine.openToken(second.token)).toBe(second);
});

test('is used as often as it was opened, and not after the last release', () => {
  const mine = open();
  const buffer = mine.create('a', 100);
  expect(mine.open('a')).toBe(buffer);
  buffer.release();
  expect(buffer.view(Uint8Array)).toHaveLength(100);
  buffer.release();
  for (const use of [() => buffer.view(Uint8Array), () => buffer.release()])
    expect(codeOf(use)).toBe('NAUT_MEMORY_BUFFER_RELEASED');
  expect(codeOf(() => mine.open('a'))).toBe('NAUT_MEMORY_BUFFER_UNKNOWN');
});

test('names, sizes and what is there already are checked', () => {
  const mine = open();
  mine.create('a', 64);
  expect(codeOf(() => mine.create('a', 64))).toBe('NAUT_MEMORY_BUFFER_EXISTS');
  for (const name of ['', '../a', 'ä', 'x'.repeat(65)])
    expect(codeOf(() => mine.create(name, 64))).toBe('NAUT_MEMORY_BUFFER_NAME');
  for (const bytes of [0, -1, 1.5, 2 ** 32]) expect(codeOf(() => mine.create('b', bytes))).toBe('NAUT_MEMORY_SIZE');
  expect(mine.list()).toHaveLength(1);
});

test('256 buffers are the most, and a refused one leaves nothing behind', () => {
  const mine = open();
  const all = Array.from({ length: 256 }, (_, index) => mine.create(`b${index}`, 64));
  expect(codeOf(() => mine.create('one-more', 64))).toBe('NAUT_MEMORY_BUFFERS_FULL');
  all[100]!.release();
  expect(mine.create('one-more', 64).token % 256).toBe(100);
  expect(bufferFiles()).toHaveLength(256);
});

test('a file that somebody cut or removed is told, not read', () => {
  const [mine, other] = [open('maker'), open('reader')];
  mine.create('cut', 8192);
  mine.create('removed', 8192);
  const [cut, removed] = bufferFiles().sort() as [string, string];
  fs.truncateSync(path.join(directory, cut), 4096);
  fs.rmSync(path.join(directory, removed));
  expect(codeOf(() => other.open('cut'))).toBe('NAUT_MEMORY_BUFFER_DAMAGED');
  expect(codeOf(() => other.open('removed'))).toBe('NAUT_MEMORY_BUFFER_DAMAGED');
  expect(mine.list().map(({ holders }) => holders.length)).toEqual([1, 1]);
});

test('the bytes that are made count in the region of its manager, and no more than it has', () => {
  const memory = new MemoryManager({ budget: 36 * MIB });
  const account = memory.region('cross-container');
  const mine = SharedBuffers.in({ directory, owner: 'test', account });
  opened.push(mine);
  const buffer = mine.create('a', MIB);
  expect(memory.report().regions.find(({ name }) => name === 'cross-container')).toMatchObject({ usedBytes: MIB });
  expect(codeOf(() => mine.create('b', MIB))).toBe('NAUT_MEMORY_BUDGET');
  expect(mine.list()).toHaveLength(1);
  buffer.release();
  expect(account.used).toBe(0);
});

test('a mapped file is its content: what is written is in the file, what the file gets is seen', () => {
  const file = path.join(directory, 'file');
  fs.writeFileSync(file, 'abcdef');
  const bytes = mapFile(file);
  bytes[0] = 65;
  expect(fs.readFileSync(file, 'utf8')).toBe('Abcdef');
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, 'Z', 5);
  fs.closeSync(fd);
  expect(bytes[5]).toBe(90);
  fs.writeFileSync(path.join(directory, 'empty'), '');
  expect(codeOf(() => mapFile(path.join(directory, 'empty')))).toBe('NAUT_MEMORY_SIZE');
});
