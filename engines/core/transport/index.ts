export { TransportError, type TransportErrorCode } from './errors';
export { type Hub, type HubOptions, openHub } from './hub';
export type { SubscribeOptions } from './options';
export type { Publication } from './publication';
export type { StartFrom } from './registration';
export type { SnapshotWriter } from './snapshot';
export type { Subscription } from './subscription';
export type { TableReader, TableWriter } from './table';
