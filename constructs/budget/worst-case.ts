import { MemorySize } from '@nautilus/config';

/** One thing that a server keeps in memory, at its largest. */
export interface MemoryPart {
  /** As a person reads it: `shared buffers`, `500 sessions`, `data set`. */
  readonly name: string;
  readonly size: MemorySize;
}

/** All that a server may take at the same time, part by part; with the container's tmpfs it must stay within its limit. */
export interface WorstCase {
  readonly parts: readonly MemoryPart[];
  /** Sum of the parts. */
  readonly total: MemorySize;
}

export const worstCaseOf = (parts: readonly MemoryPart[]): WorstCase => ({
  parts,
  total: MemorySize.sum(parts.map(({ size }) => size)),
});

/** What of a service counts against its limit. */
interface Claimant {
  readonly props: { readonly worstCase?: WorstCase };
  /** Files in memory, by path. */
  readonly tmpfs: Readonly<Record<string, { readonly size: MemorySize }>>;
}

/** Everything of a service that counts against its limit at the same time, as far as it is known. */
export const partsOf = ({ props, tmpfs }: Claimant): readonly MemoryPart[] => [
  ...(props.worstCase?.parts ?? []),
  ...Object.entries(tmpfs).map(([path, { size }]) => ({ name: `files in ${path}`, size })),
];
