import { containerPaths, secretFiles } from '@nautilus/config';
import type { Answers } from '../observed';
import type { LiveValue, Subject } from '../reading';
import { answered } from '../script';
import { milliseconds } from './time';

const sizes: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** What nginx reads when it starts or is told to read again, and at no other time. */
const readOnce = [
  '/etc/nginx/nginx.conf',
  ...[secretFiles.gatewayCertificate, secretFiles.gatewayKey].map((file) => `${containerPaths.secrets}/${file}`),
];

/** When the files were written, when the machine started, and each process's own line in /proc. */
const times = `stat -c 'file %Y %n' ${readOnce.join(' ')}
while read -r name value rest; do [ "$name" != btime ] || echo "boot $value"; done </proc/stat
for process in /proc/[0-9]*; do read -r line 2>/dev/null <"$process/stat" && echo "process $line"; done
true`;

/** nginx -T: the whole configuration, as the binary reads it. A setting is the first directive that begins with its name. */
export const nginx: Subject = {
  questions: () => ({ nginx: 'ask nginx -e stderr -T', 'nginx-times': times }),
  settings: ({ answers }) => {
    const lines = answered(answers, 'nginx')
      .split('\n')
      .map((line) => line.trim());
    return ({ setting, unit }) => {
      const line = lines.find((candidate) => candidate.startsWith(`${setting} `));
      return line && inBaseUnit(line.slice(setting.length, line.indexOf(';')).trim(), unit);
    };
  },
};

function inBaseUnit(text: string, unit: string | undefined): LiveValue {
  if (unit === 'ms') return milliseconds(text);
  if (unit !== 'bytes') return text;
  const size = /^(\d+)([kmg]?)$/i.exec(text);
  return size ? Number(size[1]) * sizes[size[2]!.toLowerCase()]! : text;
}

/** The kernel counts a process's start in hundredths of a second since the machine's. */
const TICKS = 100;
/** The kernel's clock and the files' are set by each other, a second off at most. */
const SLACK_S = 2;

/** Files that are newer than the workers, which master and workers have not read. Throws where that cannot be told. */
export function unreadFiles(answers: Answers): { readonly file: string; readonly written: Date }[] {
  const lines = answered(answers, 'nginx-times')
    .split('\n')
    .map((line) => line.split(' '));
  const boot = Number(lines.find(([kind]) => kind === 'boot')?.[1]);
  const workers = lines.flatMap(([kind, ...words]) => {
    const fields = words.slice(words.findIndex((word) => word.endsWith(')')) + 1);
    // Fields 4 and 22 of proc(5), after the name: the parent, and the start.
    return kind === 'process' && fields[1] === '1' ? [boot + Number(fields[19]) / TICKS] : [];
  });
  const newest = Math.max(...workers);
  if (!Number.isFinite(newest)) throw new Error('nginx-times: no worker to be seen');
  return lines
    .filter(([kind, written]) => kind === 'file' && Number(written) > newest + SLACK_S)
    .map(([, written, ...file]) => ({ file: file.join(' '), written: new Date(Number(written) * 1000) }));
}
