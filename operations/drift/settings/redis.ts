import type { LiveReading } from '../../live';
import { redisLogin } from '../../live/subjects/redis';
import type { Finding, Repair } from '../finding';
import { type Compared, commanded, finding, shellWord, sides } from './finding';

/** CONFIG SET to what the configuration says; redis-cli ends with 0 when it is refused, so its answer is looked at. */
function configSet(compared: Compared, setting: string, value: string): Repair {
  const set = `redis-cli -p ${compared.service.port} CONFIG SET ${shellWord(setting)} ${shellWord(value)}`;
  return commanded(compared, ['sh', '-c', `${redisLogin}; answer=$(${set}); echo "$answer"; [ "$answer" = OK ]`]);
}

export function redisSetting(compared: Compared, reading: LiveReading): Finding[] {
  const { setting, value, written } = reading.expectation;
  return [
    finding(compared, {
      setting,
      kind: 'setting',
      ...sides(reading),
      cause: 'CONFIG SET',
      repair: configSet(compared, setting, written ?? String(value)),
    }),
  ];
}
