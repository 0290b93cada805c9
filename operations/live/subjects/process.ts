import type { Answers } from '../observed';
import { answered } from '../script';

/** Assignments `name=value`, as the kernel keeps them of a process; what has no value is left out. */
const assignments = (text: string): (readonly [string, string])[] =>
  text.split('\0').flatMap((entry) => {
    const sign = entry.indexOf('=');
    return sign > 0 ? [[entry.slice(0, sign), entry.slice(sign + 1)] as const] : [];
  });

/** What the container's first process was started with. */
export const processQuestions = {
  environment: 'cat /proc/1/environ',
  arguments: 'cat /proc/1/cmdline',
} as const;

/** Variables of the first process's environment, options of its command line without dashes. */
export function startedWith(answers: Answers): ReadonlyMap<string, string> {
  const options = assignments(answered(answers, 'arguments'));
  return new Map([
    ...assignments(answered(answers, 'environment')),
    ...options.map(([name, value]) => [name.replace(/^--/, ''), value] as const),
  ]);
}
