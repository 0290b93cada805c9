import type { ServiceName } from '@nautilus/config';

/** How a new value comes into force while everything else goes on. */
export type Rotation =
  /** Run in the service's container while the new value stands in `<file>.next`; afterwards it becomes the file. */
  | { readonly how: 'command'; readonly argv: readonly string[] }
  /** The service reads its files again when it gets the signal. */
  | { readonly how: 'signal'; readonly signal: 'SIGHUP' }
  /** The service reads its files only when it starts. */
  | { readonly how: 'restart' }
  /** Nobody holds a copy: the next reader finds the new value. */
  | { readonly how: 'file' };

/** A file of the secrets volume. Only containers in its group can read it. */
export interface Secret {
  /** Name of the file. */
  readonly file: string;
  /** Group that may read it. */
  readonly gid: number;
  /** Service that it guards: `nautilus secrets rotate SERVICE` makes a new one. */
  readonly service: ServiceName;
}
