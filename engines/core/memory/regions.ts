/** How a memory budget is divided: six regions, eight pools. Each share says why. */
import { Alignment } from './allocator';

export const regionNames = [
  'unified-main',
  'gpu-optimized',
  'neural',
  'cache-friendly',
  'cross-container',
  'zero-copy',
] as const;
export type RegionName = (typeof regionNames)[number];

export const poolNames = ['trading', 'ml', 'analytics', 'websocket', 'risk', 'gpu', 'historical', 'temporary'] as const;
export type PoolName = (typeof poolNames)[number];

export type Strategy = 'slab' | 'buddy' | 'first-fit' | 'best-fit' | 'stack';

type Priority = 'critical' | 'high' | 'normal' | 'low' | 'maintenance';

interface RegionPlan {
  /** Of the budget; the shares of all regions are 1. */
  readonly share: number;
  /** Of every block in it, bytes. */
  readonly alignment: number;
  readonly reason: string;
}

/** The requirements divide 36 GB into 20, 8, 4, 2, 1.5 and 0.5. */
export const regions: Readonly<Record<RegionName, RegionPlan>> = Object.freeze({
  'unified-main': {
    share: 20 / 36,
    alignment: Alignment.cacheLine,
    reason:
      'what processors share and most engines hold most of: histories, scenarios, what lives as long as a request',
  },
  'gpu-optimized': {
    share: 8 / 36,
    alignment: Alignment.metal,
    reason: 'buffers that a GPU may read without a copy: Metal takes memory that begins at its own alignment',
  },
  neural: {
    share: 4 / 36,
    alignment: Alignment.coreml,
    reason: 'weights and tensors of models, aligned as CoreML takes them',
  },
  'cache-friendly': {
    share: 2 / 36,
    alignment: Alignment.cacheLine,
    reason: 'small records of the order path and frames: no two blocks share a line of the cache',
  },
  'cross-container': {
    share: 1.5 / 36,
    alignment: Alignment.cacheLine,
    reason: 'buffers in the tmpfs volume that containers share; counted here, charged where they are first written',
  },
  'zero-copy': {
    share: 0.5 / 36,
    alignment: Alignment.metal,
    reason: 'files that are mapped instead of read: the page cache holds them, so little is set aside',
  },
});

export interface PoolPlan {
  readonly region: RegionName;
  /** Of its region; the shares of a region's pools are 1. */
  readonly share: number;
  readonly strategy: Strategy;
  readonly priority: Priority;
  readonly reason: string;
}

export const pools: Readonly<Record<PoolName, PoolPlan>> = Object.freeze({
  trading: {
    region: 'cache-friendly',
    share: 3 / 4,
    strategy: 'slab',
    priority: 'critical',
    reason: 'orders and fills: small, of few sizes, taken and given back all the time',
  },
  websocket: {
    region: 'cache-friendly',
    share: 1 / 4,
    strategy: 'stack',
    priority: 'high',
    reason: 'frames live as long as one pass of the loop and are freed together',
  },
  ml: {
    region: 'neural',
    share: 1,
    strategy: 'buddy',
    priority: 'normal',
    reason: 'tensors are near powers of two, and a buddy block is aligned to its size',
  },
  analytics: {
    region: 'gpu-optimized',
    share: 1 / 3,
    strategy: 'first-fit',
    priority: 'high',
    reason: 'columns of any length; low addresses first keeps the end of the pool whole',
  },
  gpu: {
    region: 'gpu-optimized',
    share: 2 / 3,
    strategy: 'buddy',
    priority: 'normal',
    reason: 'few large buffers that must be aligned',
  },
  risk: {
    region: 'unified-main',
    share: 1 / 4,
    strategy: 'best-fit',
    priority: 'critical',
    reason: 'scenarios of mixed sizes side by side: what best fit leaves over is least',
  },
  historical: {
    region: 'unified-main',
    share: 5 / 8,
    strategy: 'best-fit',
    priority: 'low',
    reason: 'bars and series that grow old in blocks, which can be moved together',
  },
  temporary: {
    region: 'unified-main',
    share: 1 / 8,
    strategy: 'stack',
    priority: 'maintenance',
    reason: 'work space of one computation, freed down to a mark',
  },
});

/** A manager takes this share of an engine's memory claim: the rest is V8's heap, code, stacks and the kernel's buffers. */
export const BUDGET_SHARE = 0.5;
