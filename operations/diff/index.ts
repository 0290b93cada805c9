export type { Reason } from './reasons';
export { type DiffReport, diffReport, type Effect, type ObjectPlan } from './report';
