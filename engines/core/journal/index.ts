export { JournalError, type JournalErrorCode } from './errors';
export { type Durability, Journal, type JournalOptions, type Recovered } from './journal';
export { readJournal } from './read-journal';
