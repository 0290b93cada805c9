export { JournalError, type JournalErrorCode } from './errors';
export { type Durability, Journal, type JournalOptions, type Recovered, type Replay } from './journal';
export { type ReadRange, readJournal } from './read-journal';
export { carryOut, changesAnything, planRepair, type RecordRange, type RepairPlan, type RepairResult } from './repair';
export type { Retention } from './retention';
export { type JournalPlace, journalNames } from './segment-files';
export type { SnapshotSink } from './snapshot-sink';
export { type Finding, type Verification, verifyJournal } from './verify';
export { whileLocked } from './writer-lock';
