import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(__dirname, 'metrics');

/** Names that a running service exported when its list was recorded: one file a kind of service, one name a line. */
export const recordedMetrics = (kind: string): readonly string[] =>
  readFileSync(path.join(folder, `${kind}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Every metric that some service of the platform exports. */
export const exportedMetrics = (): ReadonlySet<string> =>
  new Set(readdirSync(folder).flatMap((file) => recordedMetrics(path.basename(file, '.txt'))));
