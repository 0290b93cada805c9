export {
  type Finding,
  type Interruption,
  type Layer,
  layers,
  type Repair,
  type RepairAction,
  type Unread,
} from './finding';
export { type LookProps, look } from './look';
export {
  carryOut,
  chosen,
  planRepair,
  type RepairPlan,
  type RepairStep,
  rehearse,
  type StepResult,
  settled,
} from './repair';
export { keepReport, lastReport, type Report, reportVersion } from './report';
export { metricsText, writeTextfile } from './textfile';
export { type WatchProps, watch } from './watch';
