import { MemorySize } from '@nautilus/config';
import type { Service } from '../service';

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

/** Everything of a service that counts against its limit at the same time, as far as it is known. */
export const partsOf = ({ props, tmpfs }: Service): readonly MemoryPart[] => [
  ...(props.worstCase?.parts ?? []),
  ...Object.entries(tmpfs).map(([path, { size }]) => ({ name: `files in ${path}`, size })),
];
