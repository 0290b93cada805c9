import { selector } from '../../setting';
import type { PostgresInput } from './input';

export const effectiveIoConcurrency = selector('effective_io_concurrency', (_: PostgresInput) => ({
  value: 300,
  reason:
    "reads that NVMe storage answers at once: between pgtune's 200 for any solid-state disk, timescaledb-tune's 256, and pgtune's 1000 for NVMe without a VM before it",
  source: 'the requirements',
}));

export const maintenanceIoConcurrency = selector('maintenance_io_concurrency', (_: PostgresInput) => ({
  value: 300,
  reason: 'vacuum and recovery read ahead as far as queries do',
  source: 'PostgreSQL documentation 20.4',
}));

export const trackIoTiming = selector('track_io_timing', (_: PostgresInput) => ({
  value: true,
  reason: 'tells whether a slow query waited for the disk; reading the clock costs some tens of nanoseconds here',
  source: 'PostgreSQL documentation 20.9',
}));
