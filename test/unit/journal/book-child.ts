/**
 * An order book under load, every command journaled, until it is killed: `directory options-as-JSON`. Says on its standard output what it
 * recovered to (`recovered <record> <hash>`), then up to where commands are acknowledged.
 */
import fs from 'node:fs';
import { Journal, readKeyFile } from '../../../engines/core/journal';
import { command, JournaledBook } from './journaled-book';

const [directory, options] = process.argv.slice(2) as [string, string];
const snapshotEach = 100;
const { keyFile, ...rest } = JSON.parse(options);
const keys = keyFile === undefined ? undefined : readKeyFile(keyFile);
const journal = Journal.open({ directory, name: 'book', keys, ...rest });
const book = new JournaledBook();
journal.replay({
  restore: (state) => book.restore(state),
  apply: (_, data) => book.apply(data),
});
fs.writeSync(1, `recovered ${book.last} ${book.hash()}\n`);
journal.onDurable = (record) => fs.writeSync(1, `${record}\n`);

let nextSnapshot = book.last + snapshotEach;
let snapshotting = false;
function go(): void {
  for (let i = Math.floor(Math.random() * 100); i >= 0 && journal.backlogBytes < 1 << 20; i--) {
    const bytes = new Uint8Array(command(book.last + 1).buffer);
    journal.append(bytes);
    book.apply(bytes);
  }
  if (book.last >= nextSnapshot && !snapshotting) {
    nextSnapshot = book.last + snapshotEach;
    snapshotting = true;
    journal
      .snapshot((sink) => book.save(sink))
      .then(() => {
        snapshotting = false;
      });
  }
  setImmediate(go);
}
go();
