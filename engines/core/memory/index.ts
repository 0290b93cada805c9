export {
  Alignment,
  type Allocator,
  type AllocatorStats,
  canMove,
  fragmentation,
  type MovingAllocator,
  Reject,
  rejectName,
} from './allocator';
export { BestFitAllocator } from './best-fit';
export { BuddyAllocator } from './buddy';
export { type BufferKind, bufferKinds } from './buffer-table';
export type { Defragmented, DefragmentOptions } from './compaction';
export { MemoryError, type MemoryErrorCode } from './errors';
export { FirstFitAllocator } from './first-fit';
export { FixedPool } from './fixed-pool';
export type { Handle, View, ViewType } from './handles';
export {
  type BlockOptions,
  MemoryManager,
  type MemoryOptions,
  type PressureChange,
} from './manager';
export { mapFile } from './map-file';
export { exportMemory } from './metrics';
export { MemoryMonitor, type MonitorOptions, type Sample } from './monitor';
export { type PressureLevel, pressureLevels, pressureThresholds } from './pressure';
export type { LeakReport, ProfileReport, ProfilerOptions, Recording, SiteReport } from './profiler';
export type { RegionAccount } from './region-account';
export { BUDGET_SHARE, type PoolName, poolNames, type RegionName, regionNames } from './regions';
export type { SharedBuffer } from './shared-buffer';
export { type SharedBufferState, SharedBuffers, type SharedBuffersOptions } from './shared-buffers';
export { SharedSlab, type SharedSlabOptions } from './shared-slab';
export { SlabAllocator } from './slab';
export { StackAllocator } from './stack';
export {
  type Monitoring,
  type MonitoringOptions,
  type Orchestration,
  type Orchestrator,
  type SystemOptions,
  startContainerOrchestration,
  startMonitoring,
  startUnifiedMemorySystem,
} from './start';
