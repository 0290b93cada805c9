export { carryOut, rehearse, type StepListener, type StepResult, settled } from './carry-out';
export { chosen, planRepair, type RepairPlan, type RepairStep } from './plan';
