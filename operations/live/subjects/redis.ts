import { containerPaths, secretFiles } from '@nautilus/config';
import type { Answers } from '../observed';
import type { Subject } from '../reading';
import { answered } from '../script';

/** The password for redis-cli, in its environment: on no command line. */
export const redisLogin = `REDISCLI_AUTH="$(cat ${containerPaths.secrets}/${secretFiles.redis})"; export REDISCLI_AUTH`;

/** CONFIG GET of everything: a line with the name, then a line with the value. */
function runningConfig(answers: Answers): ReadonlyMap<string, string> {
  const lines = answered(answers, 'redis').split('\n');
  const known = new Map<string, string>();
  for (let line = 0; line + 1 < lines.length; line += 2) known.set(lines[line]!, lines[line + 1]!);
  // redis-cli ends with 0 when it is refused.
  if (!known.has('maxmemory')) throw new Error(`redis: ${lines[0] || 'no answer'}`);
  return known;
}

/** Lines of the file that the server was started with; undefined where that cannot be read. */
export function configurationFile(answers: Answers): readonly string[] | undefined {
  const file = answers['redis-file'];
  return file?.exitCode === 0 ? file.output.split('\n').map((line) => line.trim()) : undefined;
}

export const redis: Subject = {
  questions: ({ port }) => ({
    redis: `${redisLogin}\nask redis-cli -p ${port} --raw CONFIG GET '*'`,
    'redis-file': `cat "$(ask redis-cli -p ${port} --raw INFO server | tr -d '\\r' | sed -n 's/^config_file://p')"`,
  }),
  settings: ({ answers }) => {
    const known = runningConfig(answers);
    // Redis writes times in seconds unless the name says otherwise.
    return ({ setting, unit }) => {
      const value = known.get(setting);
      return value !== undefined && unit === 'ms' ? Number(value) * 1000 : value;
    };
  },
};
