import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Journal, type JournalOptions, readKeyFile } from '@nautilus/core/journal';
import { bundle, run } from '../child-process';
import { command, JournaledBook } from './journaled-book';
import { useJournals } from './scratch';

jest.setTimeout(600_000);
const journals = useJournals();
const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);

/** A book that takes the commands themselves, not what a journal says of them. */
class Model {
  private readonly book = new JournaledBook();

  hashAt(record: number): string {
    while (this.book.last < record) this.book.apply(new Uint8Array(command(this.book.last + 1).buffer));
    return this.book.hash();
  }
}

const small = { segmentBytes: 64 << 10, preallocateBytes: 32 << 10 };
const shortLived = { segmentBytes: 32 << 10, preallocateBytes: 16 << 10, retention: { snapshots: 2, segments: 3 } };

/** The kinds are killed beside each other: two processors have enough to do with starting them again. */
const kinds: readonly [kills: number, kind: string, options: Partial<JournalOptions>, encrypted?: boolean][] = [
  [22, 'batched, all segments kept', { ...small, durability: 'batched' }],
  [22, 'batched, with retention', { ...shortLived, durability: 'batched' }],
  [20, 'always, with retention', { ...shortLived, durability: 'always' }],
  [20, 'memory, with retention', { ...shortLived, durability: 'memory' }],
  [21, 'batched, encrypted, with retention', { ...shortLived, durability: 'batched' }, true],
];

test('killed more than a hundred times under load, an order book comes back as its journal says', async () => {
  const program = bundle(path.join(__dirname, 'book-child.ts'), journals.directory());
  const told = await Promise.all(kinds.map((kind) => killed(program, ...kind)));
  for (const line of told) process.stdout.write(`${line}\n`);
});

async function killed(
  program: string,
  kills: number,
  kind: string,
  options: Partial<JournalOptions>,
  encrypted = false,
): Promise<string> {
  const data = path.join(journals.directory(), kind);
  const keyFile = encrypted ? path.join(journals.directory(), 'keys') : undefined;
  if (keyFile !== undefined) fs.writeFileSync(keyFile, `k1 ${Buffer.alloc(32, 7).toString('base64')}\n`);
  const model = new Model();
  let acknowledged = 0;
  let recovered = 0;
  let wereRecovering = 0;
  for (let kill = 0; kill < kills * SOAK; kill++) {
    const child = run(program, [data, JSON.stringify({ ...options, keyFile })], 'pipe');
    let said = '';
    child.process.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    // One in five is hit while it starts or recovers.
    if (kill % 5 === 4) await delay(20 + Math.random() * 60);
    else {
      while (said.split('\n').length < 3 && child.process.exitCode === null) await delay(1);
      await delay(Math.random() * 40);
    }
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    const [first = '', ...rest] = said.split('\n').slice(0, -1);
    if (first === '') {
      wereRecovering++;
      continue;
    }
    const [word, record, hash] = first.split(' ');
    recovered = Number(record);
    expect(word).toBe('recovered');
    expect(recovered).toBeGreaterThanOrEqual(acknowledged);
    expect(hash).toBe(model.hashAt(recovered));
    acknowledged = Math.max(recovered, Number(rest.at(-1) ?? 0));
  }
  const journal = Journal.open({
    directory: data,
    name: 'book',
    keys: keyFile === undefined ? undefined : readKeyFile(keyFile),
    ...options,
  } as JournalOptions);
  expect(journal.durable).toBeGreaterThanOrEqual(acknowledged);
  const book = new JournaledBook();
  journal.replay({ restore: (state) => book.restore(state), apply: (_record, bytes) => book.apply(bytes) });
  expect(book.last).toBe(journal.last);
  expect(book.hash()).toBe(model.hashAt(journal.last));
  // Whatever is still there is, record by record, what was sent: nothing is doubled, nothing left out.
  let expected = journal.first;
  journal.read(expected, (number, bytes) => {
    if (number !== expected++ || Buffer.compare(bytes, new Uint8Array(command(number).buffer)) !== 0)
      throw new Error(`record ${number} is not command ${number}`);
  });
  expect(expected - 1).toBe(journal.last);
  const segments = fs.readdirSync(data).filter((file) => file.endsWith('.journal')).length;
  if (options.retention === undefined) expect(journal.first).toBe(1);
  await journal.close();
  return `${kind}: ${kills * SOAK} kills (${wereRecovering} before it had recovered), ${journal.last} commands, ${acknowledged} acknowledged, records from ${journal.first} in ${segments} segments`;
}
