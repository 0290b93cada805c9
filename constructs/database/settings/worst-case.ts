import { MemorySize, NautilusError } from '@nautilus/config';
import { type WorstCase, worstCaseOf } from '../../budget/worst-case';
import type { PostgresInput } from './input';
import { hashMemMultiplier } from './memory';
import { reservedParts } from './reserved';
import { grants, leastWorkMem, leftForSorts, workMem } from './work-mem';
import { maxParallelWorkers, maxParallelWorkersPerGather } from './workers';

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

/** /dev/shm for the hash tables that parallel workers share: 64 MiB, Docker's default, breaks them. */
export function sharedMemorySize(input: PostgresInput): MemorySize {
  const gather = maxParallelWorkersPerGather(input).value;
  const queries = Math.ceil(maxParallelWorkers(input).value / gather);
  const hashes = 2;
  return workMem(input)
    .value.times(hashMemMultiplier(input).value * queries * hashes * (gather + 1))
    .atLeast(MemorySize.mebibytes(64));
}
