import { containerPaths, secretFiles, grafana as server } from '@nautilus/config';
import type { Reader } from '../reading';
import { inside } from './inside';
import { milliseconds } from './time';

/** curl reads the password from its standard input: no list of processes has it. */
const ask = (port: number) =>
  [
    `printf 'user = "${server.user}:%s"\\n' "$(cat ${containerPaths.secrets}/${secretFiles.grafana})"`,
    `curl --silent --show-error --fail --config - http://127.0.0.1:${port}${server.path}api/admin/settings`,
  ].join(' | ');

/** What Grafana runs with, by section, whatever file or variable it came from. A setting is `section.key`. */
export const grafana: Reader = async (place) => {
  const sections = JSON.parse(await inside(place, ['sh', '-c', ask(place.service.port)])) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  return ({ setting, unit }) => {
    const at = setting.lastIndexOf('.');
    const value = sections[setting.slice(0, at)]?.[setting.slice(at + 1)];
    return value !== undefined && unit === 'ms' ? milliseconds(value) : value;
  };
};
