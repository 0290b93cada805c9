/** Appends until it is killed and says on its standard output which record is durable: `directory durability`. */
import fs from 'node:fs';
import { type Durability, Journal } from '../../../engines/core/journal';
import { crashPayload } from './crash-payload';

const [directory, durability] = process.argv.slice(2) as [string, Durability];
const journal = Journal.open({ directory, name: 'crash', durability, preallocateBytes: 1 << 16 });
const report = (record: number) => fs.writeSync(1, `${record}\n`);
journal.onDurable = report;
report(journal.durable);

function appendSome(): void {
  for (let i = Math.floor(Math.random() * 200); i >= 0; i--) journal.append(crashPayload(journal.last + 1));
  setImmediate(appendSome);
}
appendSome();
