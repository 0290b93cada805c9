import { NautilusError } from '../errors';
import { MemorySize } from '../units';

/** What the cache's memory is derived from. */
export interface CacheRoom {
  /** The container's limit. */
  readonly limit: MemorySize;
  /** Connections of clients at once. */
  readonly clients: number;
}

/** How the container's limit is shared out; all of it together stays within the limit. */
export interface CacheMemory {
  /** Redis's `maxmemory`: keys, values and what Redis keeps about them. */
  readonly data: MemorySize;
  /** Pages that a write changes while a child writes a snapshot exist twice: at worst all of them. */
  readonly snapshot: MemorySize;
  /** What the allocator holds without using it, in both. */
  readonly fragmentation: MemorySize;
  /** Redis's `maxmemory-clients`: queries and replies of all connections. */
  readonly clients: MemorySize;
  /** Writes that the append-only file has not taken yet: about two seconds of them. */
  readonly appendBuffer: MemorySize;
  /** The program, its child and the child's page tables. */
  readonly server: MemorySize;
}

/** Size of /tmp; /dev/shm has as much, and both are charged to the container like any other page. */
export const cacheTmpfs = MemorySize.mebibytes(1);
const tmpfsMounts = 2;

/** A connection that has just spoken: 16 KiB for replies, up to 20 KiB for queries. An idle one takes 1.8 KiB. Measured. */
const speakingClient = MemorySize.kibibytes(40);
const appendBuffer = MemorySize.mebibytes(16);
/** 12 MiB after a start, as much for the child; measured. */
const programs = MemorySize.mebibytes(24);
/** jemalloc with records of like size; measured 4 % with the program itself. */
const fragmentation = 0.05;
/** 8 bytes of page table for each page of 4 KiB, in the server and in its child. */
const pageTables = 2 / 512;

const step = MemorySize.mebibytes(1);

/** Shares out the limit of the cache's container. Throws NAUT_CACHE_TOO_SMALL. */
export function cacheMemory({ limit, clients }: CacheRoom): CacheMemory {
  const clientBuffers = speakingClient
    .times(clients)
    .atLeast(limit.times(0.05))
    .atMost(limit.times(0.1))
    .floorTo(step)
    .atLeast(step);
  const fixed = MemorySize.sum([cacheTmpfs.times(tmpfsMounts), clientBuffers, appendBuffer, programs]);
  const data = limit
    .minus(fixed)
    .times(1 / (2 * (1 + fragmentation) + pageTables))
    .floorTo(step);
  const smallest = MemorySize.mebibytes(16);
  if (smallest.exceeds(data))
    throw new NautilusError({
      code: 'NAUT_CACHE_TOO_SMALL',
      message: `a redis container of ${limit} has room for ${data} of orders`,
      details: [
        `${fixed} go to the server, ${clients} connections and the append-only file; a snapshot under writes doubles the rest`,
        `allowed: room for at least ${smallest}`,
      ],
      fix: 'raise services.redis.claim.memory.limit to 128MiB or more',
    });
  return {
    data,
    snapshot: data,
    fragmentation: data.times(2 * fragmentation),
    clients: clientBuffers,
    appendBuffer,
    server: programs.plus(data.times(pageTables)),
  };
}

/** What the platform keeps in its cache. Open orders stay whatever their number; ended ones go first, the oldest before others. */
export interface CachePolicy {
  readonly orders: number;
  readonly positions: number;
  /** The newest fills; each goes after `tradeSeconds` in any case. */
  readonly trades: number;
  readonly tradeSeconds: number;
}

/** What the requirements ask for; they give no number of trades: one fill an order. */
const wanted: CachePolicy = {
  orders: 1_000_000,
  positions: 500_000,
  trades: 1_000_000,
  tradeSeconds: 86_400,
};

/** Memory of one record with its keys, in bytes; measured 829, 297 and 369 with long names, every field and a million of each. */
export const recordBytes = { orders: 896, positions: 384, trades: 384 };
/** A table of keys that doubles has the old one beside it for a while, and connections count as data, too. */
const usable = 0.85;

/** The requirements' figures where they fit into the cache, else as much of each as does. Throws NAUT_CACHE_TOO_SMALL. */
export function cachePolicy(room: CacheRoom): CachePolicy {
  const needed =
    wanted.orders * recordBytes.orders + wanted.positions * recordBytes.positions + wanted.trades * recordBytes.trades;
  const share = Math.min(1, (cacheMemory(room).data.bytes * usable) / needed);
  const part = (count: number) => Math.floor((count * share) / 1000) * 1000;
  return { ...wanted, orders: part(wanted.orders), positions: part(wanted.positions), trades: part(wanted.trades) };
}
