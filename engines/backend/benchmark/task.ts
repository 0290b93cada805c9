/** What a thread of the benchmark is started for. */
export type Task =
  | {
      readonly do: 'measure';
      readonly copyBytes: number;
      /** After which no round begins any more. */
      readonly withinMs: number;
    }
  /** The other end of a hop, over the rings in this directory. */
  | { readonly do: 'echo'; readonly directory: string };

/** Heap of a thread: what is copied is outside of it. Most of it are the programs themselves. */
export const threadHeap = { maxOldGenerationSizeMb: 12, maxYoungGenerationSizeMb: 2 } as const;
