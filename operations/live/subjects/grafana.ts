import { containerPaths, secretFiles, grafana as server } from '@nautilus/config';
import type { Subject } from '../reading';
import { answered } from '../script';
import { milliseconds } from './time';

/** curl reads the password from its standard input: no list of processes has it. */
const ask = (port: number, path: string) =>
  [
    `printf 'user = "${server.user}:%s"\\n' "$(cat ${containerPaths.secrets}/${secretFiles.grafana})"`,
    `ask curl --silent --show-error --fail --config - http://127.0.0.1:${port}${server.path}${path}`,
  ].join(' | ');

/** What Grafana runs with, by section, whatever file or variable it came from. A setting is `section.key`. */
export const grafana: Subject = {
  questions: ({ port }) => ({ grafana: ask(port, 'api/admin/settings') }),
  settings: ({ answers }) => {
    const sections = JSON.parse(answered(answers, 'grafana')) as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
    return ({ setting, unit }) => {
      const at = setting.lastIndexOf('.');
      const value = sections[setting.slice(0, at)]?.[setting.slice(at + 1)];
      return value !== undefined && unit === 'ms' ? milliseconds(value) : value;
    };
  },
};
