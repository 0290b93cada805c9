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

/** Heaps of the threads: what is copied is outside of them. */
export const heaps = {
  measure: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  echo: { maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 1 },
} as const;
