import { containerPaths, secretFiles, grafana as server } from '@nautilus/config';
import type { Answers } from '../observed';
import type { Subject } from '../reading';
import { answered } from '../script';
import { milliseconds } from './time';

/** curl reads the password from its standard input: no list of processes has it. */
const ask = (port: number, path: string) =>
  [
    `printf 'user = "${server.user}:%s"\\n' "$(cat ${containerPaths.secrets}/${secretFiles.grafana})"`,
    `ask curl --silent --show-error --fail --config - 'http://127.0.0.1:${port}${server.path}${path}'`,
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

interface Found {
  readonly uid: string;
  readonly title?: string;
  readonly name?: string;
  readonly type?: string;
}

const list = (answers: Answers, question: string) => JSON.parse(answered(answers, question)) as readonly Found[];

/** Titles of what is shown and evaluated. A setting is `kind.uid`. */
export const grafanaObject: Subject = {
  questions: ({ port }) => ({
    'grafana-data-sources': ask(port, 'api/datasources'),
    'grafana-search': ask(port, 'api/search?limit=5000'),
    'grafana-alerts': ask(port, 'api/v1/provisioning/alert-rules'),
  }),
  settings: ({ answers }) => {
    const found = list(answers, 'grafana-search');
    const objects = [
      ...list(answers, 'grafana-data-sources').map((one) => ({ ...one, kind: 'data-source' })),
      ...found.map((one) => ({ ...one, kind: one.type === 'dash-folder' ? 'folder' : 'dashboard' })),
      ...list(answers, 'grafana-alerts').map((one) => ({ ...one, kind: 'alert' })),
    ];
    const titles = new Map(objects.map(({ kind, uid, title, name }) => [`${kind}.${uid}`, title ?? name]));
    return ({ setting }) => titles.get(setting) ?? 'not there';
  },
};
