import type { Reader } from '../reading';
import { at } from './at';
import { inside } from './inside';

/** Settings that only the container's own kernel view tells. */
const files: Readonly<Record<string, string>> = { 'eth0.mtu': '/sys/class/net/eth0/mtu' };

/** What the engine says of a container: a path into `docker inspect`. */
export const container: Reader = async (place) => {
  const detail = await place.docker.container(place.service.container);
  const own = new Map<string, string>();
  for (const [setting, file] of Object.entries(files)) own.set(setting, (await inside(place, ['cat', file])).trim());
  return ({ setting }) => own.get(setting) ?? at(detail, setting.split('.'));
};
