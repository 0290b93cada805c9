import { containerPaths, secretFiles } from '@nautilus/config';
import type { Answers } from '../observed';
import type { Subject } from '../reading';
import { answered } from '../script';

/** The password for redis-cli, in its environment: on no command line. */
export const redisLogin = `REDISCLI_AUTH="$(cat ${containerPaths.secrets}/${secretFiles.redis})"; export REDISCLI_AUTH`;

const refusal = /^(?:NOAUTH|NOPERM|WRONGPASS|ERR|LOADING|Could not connect)\b/m;

/** CONFIG GET of everything: a line with the name, then a line with the value. */
export function runningConfig(answers: Answers): ReadonlyMap<string, string> {
  const text = answered(answers, 'redis');
  const refused = refusal.exec(text);
  if (refused && !text.includes('maxmemory')) throw new Error(`redis: ${text.slice(refused.index).split('\n')[0]}`);
  const lines = text.split('\n');
  const known = new Map<string, string>();
  for (let line = 0; line + 1 < lines.length; line += 2) known.set(lines[line]!, lines[line + 1]!);
  return known;
}

export const redis: Subject = {
  questions: ({ port }) => ({ redis: `${redisLogin}\nask redis-cli -p ${port} --raw CONFIG GET '*'` }),
  settings: ({ answers }) => {
    const known = runningConfig(answers);
    // Redis writes times in seconds unless the name says otherwise.
    return ({ setting, unit }) => {
      const value = known.get(setting);
      return value !== undefined && unit === 'ms' ? Number(value) * 1000 : value;
    };
  },
};
