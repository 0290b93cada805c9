import type { ObservedService } from '../../live';
import { unreadFiles } from '../../live/subjects/nginx';
import { loadedConfiguration } from '../../live/subjects/prometheus';
import type { Finding } from '../finding';
import { runInside } from '../repairs';
import { type Compared, finding } from './finding';

const difference = { setting: 'configuration', kind: 'configuration' } as const;

/** What is read again when the first process gets SIGHUP. */
const reread = (compared: Compared) => runInside(compared.service, ['sh', '-c', 'kill -HUP 1']);

/** How many names are told; the rest is counted. */
const TOLD = 5;
const names = (all: readonly string[]) =>
  all.slice(0, TOLD).join(', ') + (all.length > TOLD ? ` and ${all.length - TOLD} more` : '');

/** Has Prometheus loaded what stands in its files? Throws where it does not say. */
export function loadedInPrometheus(compared: Compared, { answers }: ObservedService): Finding[] {
  const { accepted, onlyInFiles, onlyLoaded } = loadedConfiguration(answers);
  const told = [
    ...(accepted ? [] : ['the files were refused when they were read last']),
    ...(onlyInFiles.length > 0 ? [`without ${names(onlyInFiles)}`] : []),
    ...(onlyLoaded.length > 0 ? [`with ${names(onlyLoaded)}`] : []),
  ];
  if (told.length === 0) return [];
  return [
    finding(compared, {
      ...difference,
      what: 'configuration and rules that are loaded',
      declared: 'what stands in its files',
      live: told.join('; '),
      cause: accepted ? 'files changed after they were loaded' : 'files that do not hold together',
      repair: reread(compared),
    }),
  ];
}

/** Has nginx read its files since they were written? Throws where that cannot be told. */
export function loadedInNginx(compared: Compared, { answers }: ObservedService): Finding[] {
  const files = unreadFiles(answers);
  if (files.length === 0) return [];
  return [
    finding(compared, {
      ...difference,
      what: 'configuration and certificate that are loaded',
      declared: 'what stands in its files',
      live: `older than ${files.map(({ file, written }) => `${file} of ${written.toISOString()}`).join(', ')}`,
      cause: 'files changed after they were loaded',
      repair: reread(compared),
    }),
  ];
}
