/**
 * How many records a second become durable, with 1,024 on their way: `directory records repeats`. Prints a line of JSON: medians of the
 * repeats, in which the journal, the same encrypted, and the bare floor (one write and one fdatasync of as many bytes) take turns.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Journal, type JournalOptions } from '../../../engines/core/journal';

const [directory = '', records = '', repeats = ''] = process.argv.slice(2);
const total = Number(records);
const IN_FLIGHT = 1024;
const payload = new Uint8Array(64).fill(7);
const RECORD_BYTES = 24 + payload.length;
const keys = { file: '', current: 'k', keys: new Map([['k', new Uint8Array(32).fill(3)]]) };

/** Records a second, and the time in ms from append to durable of half and of 99 % of them. */
interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

function rateOf(seconds: number, latencies: Float64Array): Rate {
  latencies.sort();
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] as number;
  return { perSecond: total / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function durableRate(journal: Journal): Promise<Rate> {
  const sentAt = new Float64Array(total);
  const latencies = new Float64Array(total);
  let sent = 0;
  let done = 0;
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const fill = () => {
      const now = performance.now();
      for (; sent < total && sent - done < IN_FLIGHT; sent++) {
        sentAt[sent] = now;
        journal.append(payload);
      }
    };
    journal.onDurable = (record) => {
      const now = performance.now();
      for (; done < record; done++) latencies[done] = now - (sentAt[done] as number);
      if (done === total) resolve();
      else fill();
    };
    fill();
  });
  return rateOf((performance.now() - start) / 1e3, latencies);
}

/** Opens a journal again and reads every record: seconds. */
async function recoverySeconds(options: JournalOptions): Promise<number> {
  const start = performance.now();
  const journal = Journal.open(options);
  let count = 0;
  journal.replay({ restore: () => {}, apply: () => count++ });
  const seconds = (performance.now() - start) / 1e3;
  await journal.close();
  if (count !== total) throw new Error(`${count} of ${total} records came back`);
  return seconds;
}

async function side(name: string, extra: Partial<JournalOptions>): Promise<Rate & { recoverySeconds: number }> {
  const options: JournalOptions = { directory: path.join(directory, name), name, durability: 'batched', ...extra };
  const journal = Journal.open(options);
  const rate = await durableRate(journal);
  await journal.close();
  const result = { ...rate, recoverySeconds: await recoverySeconds(options) };
  fs.rmSync(options.directory, { recursive: true });
  return result;
}

async function floor(): Promise<Rate> {
  const file = path.join(directory, 'floor');
  const commits = Math.ceil(total / IN_FLIGHT);
  const batch = Buffer.alloc(IN_FLIGHT * RECORD_BYTES, 1);
  fs.writeFileSync(file, Buffer.alloc(commits * batch.length));
  const handle = await fs.promises.open(file, 'r+');
  await handle.sync();
  const latencies = new Float64Array(commits);
  const start = performance.now();
  for (let i = 0; i < commits; i++) {
    const from = performance.now();
    await handle.write(batch, 0, batch.length, i * batch.length);
    await handle.datasync();
    latencies[i] = performance.now() - from;
  }
  const rate = rateOf((performance.now() - start) / 1e3, latencies);
  await handle.close();
  fs.rmSync(file);
  return rate;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

function medians<T extends object>(runs: readonly T[]): Record<string, number> {
  const names = Object.keys(runs[0] as T) as (keyof T & string)[];
  return Object.fromEntries(
    names.map((name) => [name, Number(median(runs.map((one) => one[name] as number)).toPrecision(4))]),
  );
}

async function main(): Promise<void> {
  const runs = { floor: [] as Rate[], journal: [] as Rate[], encrypted: [] as Rate[] };
  for (let i = 0; i < Number(repeats); i++) {
    runs.floor.push(await floor());
    runs.journal.push(await side('journal', {}));
    runs.encrypted.push(await side('encrypted', { keys }));
  }
  const { floor: bare, journal, encrypted } = runs;
  process.stdout.write(
    `${JSON.stringify({ records: total, floor: medians(bare), journal: medians(journal), encrypted: medians(encrypted) })}\n`,
  );
}
main();
