import type { EngineIo } from '@nautilus/core/kernel';
import type { OrderState } from './order-state';

/** What the order system adds to GET /metrics. */
export function exportMetrics(io: Pick<EngineIo, 'gauge'>, state: OrderState, durable: () => number): void {
  io.gauge('nautilus_oms_orders', 'Orders accepted since the journal began', () => state.orders.count);
  io.gauge('nautilus_oms_executions', 'Fills since the journal began', () => state.executions.count);
  io.gauge('nautilus_oms_refusals', 'Orders and changes refused since the journal began', () => state.refusals.count);
  io.gauge('nautilus_oms_refused_reports', 'Execution reports that could not be true', () => state.refusedReports);
  io.gauge('nautilus_oms_undurable_records', 'Records that wait for the disk', () => state.record - durable());
}
