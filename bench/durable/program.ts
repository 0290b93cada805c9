/**
 * Keeps records, each counted only when it is on the disk, in a process of its own.
 *
 * program journal|encrypted DIRECTORY RECORDS
 * program postgres DIRECTORY RECORDS HOST PORT USER DATABASE PASSWORD-FILE
 *
 * Prints records a second, then the milliseconds from handing a record over to knowing that it is safe: p50 and p99.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Journal, type JournalOptions } from '@nautilus/core/journal';
import { Client } from 'pg';

const IN_FLIGHT = 1024;
const PAYLOAD_BYTES = 64;
/** PostgreSQL is fastest with several sessions that share a sync. */
const SESSIONS = 2;

const [side, directory, count, ...access] = process.argv.slice(2) as [string, string, string, ...string[]];
const total = Number(count);
const payload = new Uint8Array(PAYLOAD_BYTES).fill(7);
const latencies = new Float64Array(total);

/** Hands over records while fewer than IN_FLIGHT wait; returns the seconds until all are durable. */
async function fill(journal: Journal): Promise<number> {
  const sentAt = new Float64Array(total);
  let sent = 0;
  let done = 0;
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const more = () => {
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
      else more();
    };
    more();
  });
  return (performance.now() - start) / 1e3;
}

async function journaled(options: JournalOptions): Promise<number> {
  const journal = Journal.open(options);
  const seconds = await fill(journal);
  await journal.close();
  const again = Journal.open(options);
  let found = 0;
  again.replay({ restore: () => {}, apply: () => found++ });
  await again.close();
  if (found !== total) throw new Error(`${found} of ${total} records came back`);
  return seconds;
}

/** A commit of many rows at once, synchronous_commit on; as many rows on their way as the journal has records. */
async function inPostgres([host, port, user, database, passwordFile]: readonly string[]): Promise<number> {
  const password = readFileSync(passwordFile as string, 'utf8').trim();
  const sessions = Array.from(
    { length: SESSIONS },
    () => new Client({ host, port: Number(port), user, database, password }),
  );
  for (const session of sessions) await session.connect();
  const [first] = sessions as [Client, ...Client[]];
  await first.query('CREATE TABLE records (number bigint NOT NULL, data bytea NOT NULL)');
  const rows = Array.from({ length: IN_FLIGHT / SESSIONS }, () => Buffer.from(payload));
  const text =
    'INSERT INTO records SELECT $1::bigint + row, data FROM unnest($2::bytea[]) WITH ORDINALITY AS t (data, row)';
  let sent = 0;
  const start = performance.now();
  const work = async (session: Client) => {
    while (sent < total) {
      const from = sent;
      const batch = total - from < rows.length ? rows.slice(0, total - from) : rows;
      sent += batch.length;
      const at = performance.now();
      await session.query({ name: 'insert', text, values: [from, batch] });
      latencies.fill(performance.now() - at, from, from + batch.length);
    }
  };
  await Promise.all(sessions.map(work));
  const seconds = (performance.now() - start) / 1e3;
  const { rows: found } = await first.query('SELECT count(*)::int AS count FROM records');
  if (found[0].count !== total) throw new Error(`${found[0].count} of ${total} records came back`);
  await first.query('DROP TABLE records');
  for (const session of sessions) await session.end();
  return seconds;
}

async function main(): Promise<void> {
  const options: JournalOptions = { directory, name: 'bench', durability: 'batched' };
  const keys = { file: '', current: 'bench', keys: new Map([['bench', new Uint8Array(randomBytes(32))]]) };
  const seconds =
    side === 'postgres'
      ? await inPostgres(access)
      : await journaled(side === 'encrypted' ? { ...options, keys } : options);
  latencies.sort();
  const at = (part: number) => latencies[Math.floor(total * part)] as number;
  process.stdout.write(`${total / seconds} ${at(0.5)} ${at(0.99)}\n`);
}

void main();
