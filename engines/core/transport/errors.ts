import { CodedError } from '../domain/coded-error';

export type TransportErrorCode =
  | 'NAUT_SHARED_MEMORY_UNSUPPORTED'
  | 'NAUT_SHARED_MEMORY_FULL'
  | 'NAUT_SHARED_MEMORY_FAILED'
  | 'NAUT_RING_CORRUPT'
  | 'NAUT_RING_VERSION'
  | 'NAUT_LAYOUT_MISMATCH'
  | 'NAUT_TOPIC_BUSY'
  | 'NAUT_READER_BUSY'
  | 'NAUT_READERS_FULL'
  | 'NAUT_READER_EVICTED'
  | 'NAUT_TOPIC_INVALID'
  | 'NAUT_TABLE_ROW'
  | 'NAUT_ACKNOWLEDGE'
  | 'NAUT_HUB_CLOSED';

export class TransportError extends CodedError<TransportErrorCode> {}
