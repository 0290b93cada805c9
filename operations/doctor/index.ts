export { type Diagnosis, diagnose } from './diagnose';
export type { Finding, FindingState, Machine, Use } from './finding';
export { thisMachine } from './machine';
export { requireForDeploy } from './require';
