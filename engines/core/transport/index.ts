export { TransportError, type TransportErrorCode } from './errors';
export { type Hub, type HubOptions, openHub, type SubscribeOptions } from './hub';
export type { Publication } from './publication';
export type { StartFrom } from './registration';
export type { Subscription } from './subscription';
export type { TableReader, TableWriter } from './table';
