import { MemorySize, NautilusError } from '@nautilus/config';
import { type WorstCase, worstCaseOf } from '../../budget/worst-case';
import type { PostgresInput } from './input';
import { reservedParts } from './reserved';
import { grants, leastWorkMem, leftForSorts, workMem } from './work-mem';

/**
 * All that PostgreSQL may take at once, /dev/shm among the sorts and hashes. A container over its limit loses one backend to
 * the OOM killer, and PostgreSQL then ends every session.
 */
export function postgresWorstCase(input: PostgresInput): WorstCase {
  const count = grants(input);
  const sorts = { name: `${count} sorts and hashes`, size: workMem(input).value.times(count) };
  return worstCaseOf([...reservedParts(input), sorts]);
}

/** Throws NAUT_POSTGRES_TOO_SMALL when the limit leaves too little for sorts. */
export function requireRoom(input: PostgresInput): void {
  const count = grants(input);
  const needed = leastWorkMem.times(count);
  const left = leftForSorts(input);
  if (!needed.exceeds(left)) return;
  const parts = reservedParts(input);
  const reserved = MemorySize.sum(parts.map(({ size }) => size));
  throw new NautilusError({
    code: 'NAUT_POSTGRES_TOO_SMALL',
    message: `postgres has a limit of ${input.limit}, which ${input.connections} connections can exceed`,
    details: [
      `at worst it takes ${reserved} before any sort, and ${count} sorts need ${leastWorkMem} each`,
      ...parts.map(({ name, size }) => `${name}: ${size}`),
      `allowed: ${reserved.plus(needed)} in nine tenths of the limit`,
    ],
    fix: 'raise services.postgres.claim.memory.limit, or lower workload.connections',
  });
}

/**
 * /dev/shm for the hash tables that the processes of a query share: with Docker's 64 MiB, four parallel joins at once failed. It
 * is as large as all sorts and hashes together, of which it is a part: a bound, not an amount that is set aside.
 */
export const sharedMemorySize = (input: PostgresInput): MemorySize =>
  workMem(input).value.times(grants(input)).atLeast(MemorySize.mebibytes(64));
