export { checkRules, rules } from './check';
export { blocks, type Rule } from './rule';
export { type Suppression, suppress, suppressionsOf } from './suppression';
