import type { Manifest, ManifestVolume } from '@nautilus/manifest';
import type { VolumeSummary } from '../../docker';
import type { Finding, Repair } from '../finding';
import type { ObservedDocker } from '../observed';
import { deploy, makePlatformAnew } from '../repairs';
import { slug } from '../text';
import { toldLabel } from './labels';
import { differingEntries } from './maps';
import { finding } from './subject';

/** Volumes as they were declared. One that nothing declares any more holds data that was kept: no drift. */
export const compareVolumes = (manifest: Manifest, observed: ObservedDocker): Finding[] =>
  manifest.volumes.flatMap((declared) => {
    const live = observed.volumes.find(({ Name }) => Name === declared.name);
    return live === undefined ? [missing(manifest, declared)] : compareVolume(manifest, declared, live);
  });

/** As people call it: without the project. */
const serviceOf = ({ project }: Manifest, { name }: ManifestVolume): string =>
  `volume ${name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name}`;

const missing = (manifest: Manifest, declared: ManifestVolume): Finding =>
  finding(
    serviceOf(manifest, declared),
    { kind: 'missing', what: 'volume', declared: `${declared.name}: ${declared.purpose}`, live: 'there is none' },
    deploy(manifest, 'the platform'),
    'docker volume rm',
  );

function compareVolume(manifest: Manifest, declared: ManifestVolume, live: VolumeSummary): Finding[] {
  const repair = replace(manifest, declared);
  const tell = (kind: string, what: string, sides: { declared: string; live: string }, name = kind): Finding[] =>
    sides.declared === sides.live
      ? []
      : [
          finding(
            serviceOf(manifest, declared),
            { kind, name, what, ...sides },
            repair,
            'made again by hand, or by another declaration',
          ),
        ];
  return [
    ...tell('driver', 'driver', { declared: declared.driver, live: live.Driver }),
    ...differingEntries(declared.options, live.Options ?? {}).flatMap((entry) =>
      tell(
        'options',
        `option ${entry.key}`,
        { declared: entry.declared ?? 'not set', live: entry.live ?? 'not set' },
        `option-${slug(entry.key)}`,
      ),
    ),
    ...differingEntries(declared.labels, live.Labels ?? {}).flatMap((entry) =>
      tell('labels', `label ${entry.key}`, toldLabel(entry), `label-${slug(entry.key)}`),
    ),
  ];
}

/** A volume cannot be changed, only made again: its data goes, so a person copies what is kept first. */
function replace(manifest: Manifest, { name, kept }: ManifestVolume): Repair {
  if (!kept) return makePlatformAnew(manifest);
  const anew = makePlatformAnew(manifest, [`docker volume rm ${name}`]);
  return { ...anew, command: `${anew.command}  # after a copy of its data` };
}
