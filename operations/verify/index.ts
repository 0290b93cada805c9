export type { Check, Judgement, Verdict } from './check';
export { checks } from './checks';
export { junit } from './junit';
export { dockerPlatform } from './platform/docker';
export { localMode } from './platform/local';
export type { Platform } from './platform/platform';
export { checkTable } from './reference';
export { type Verification, verification } from './report';
export { type CheckResult, type VerifyProps, verify } from './verify';
