export { checkRules, rules } from './check';
export type { Rule } from './rule';
export { type Suppression, suppress, suppressionsOf } from './suppression';
