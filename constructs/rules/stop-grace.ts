import type { Rule } from './rule';

export const stopGrace: Rule = {
  id: 'NAUT_RULE_STOP_GRACE',
  about: 'gets time to stop',
  check: ({ stopTimeoutInput, destroyGraceSecondsInput, attachInput }) =>
    attachInput === true || (stopTimeoutInput && stopTimeoutInput === destroyGraceSecondsInput)
      ? undefined
      : 'is killed without warning when it is replaced; set stopTimeout and destroyGraceSeconds to the same seconds',
};
