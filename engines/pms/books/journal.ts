import { type Journal, type JournalSettings, openJournal, type Replay } from '@nautilus/core/journal';
import type { Books } from './books';
import { BooksRecord, JOURNAL_NAME } from './records';

/** @throws JournalError */
export const openBooksJournal = (directory: string, settings: JournalSettings): Journal =>
  openJournal({ directory, name: JOURNAL_NAME }, { preallocateBytes: 4 << 20, ...settings });

/** Folds records and snapshots of the journal into books. */
export function replayInto(books: Books): Replay {
  const scratch = new BooksRecord();
  return {
    restore: (state) => books.restore(state),
    apply: (record, data) => {
      const event = scratch.read(data);
      if (event) books.apply(event, record);
      else books.execute(scratch.execution, record);
    },
  };
}
