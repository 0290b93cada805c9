export { checkBudget, claimantsOf } from './check';
export { type MemoryPart, type WorstCase, worstCaseOf } from './worst-case';
