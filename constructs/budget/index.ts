export { type MemoryPart, type WorstCase, worstCaseOf } from './worst-case';
