import type { ServiceName } from '@nautilus/config';

/** How the service that a secret guards takes a new value which is in force already. */
export type Reload =
  /** It finds the new value by itself. */
  | { readonly how: 'file' }
  /** It reads its files again when it gets the signal. */
  | { readonly how: 'signal'; readonly signal: 'SIGHUP' }
  /** It reads its files only when it starts. */
  | { readonly how: 'restart' };

/** How a new value comes into force while everything else goes on. */
export type Rotation =
  | {
      readonly how: 'command';
      /** Run while the new value stands in `<file>.next`; it may be run twice. Afterwards `<file>.next` becomes the file. */
      readonly argv: readonly string[];
      /** In whose container it runs. @default the service that the secret guards */
      readonly service?: ServiceName;
      /** @default nothing: the next connection finds the new value */
      readonly afterwards?: Reload;
    }
  | Reload
  /** Made from other secrets, and made again with them. */
  | { readonly how: 'derived' }
  /** Stays: people have a copy in their trust stores. */
  | { readonly how: 'kept' };

/** A file of the secrets volume. Only containers in its group can read it. */
export interface Secret {
  /** Name of the file. */
  readonly file: string;
  /** Group that may read it. */
  readonly gid: number;
  /** Service that it guards: `nautilus secrets rotate SERVICE` makes a new one. */
  readonly service: ServiceName;
  readonly rotation: Rotation;
}
