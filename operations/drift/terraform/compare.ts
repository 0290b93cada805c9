import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import { changesEngine, type Difference, type PlannedChange } from '../../terraform/plan';
import type { Finding, Interruption } from '../finding';
import { attributeOf } from './attributes';
import type { ObservedTerraform } from './observe';

/** What Terraform would change, in the platform's words: one finding for each attribute, one for an object that it would make or remove. */
export function compareTerraform(manifest: Manifest, { stacks }: Pick<ObservedTerraform, 'stacks'>): Finding[] {
  return stacks.flatMap(({ changes }) =>
    changes.filter(changesEngine).flatMap((change) => findingsOf(change, ownersOf(manifest, change), manifest)),
  );
}

/** Which services an object is of, by the names that the other layers give them. */
interface Owner {
  readonly service: string;
  readonly container?: ManifestContainer;
}

function ownersOf(manifest: Manifest, { kind, name }: PlannedChange): Owner[] {
  const containers = [...manifest.services, ...manifest.oneShots];
  if (kind === 'container')
    return containers
      .filter(({ container }) => container === name)
      .map((container) => ({ service: container.name, container }));
  if (kind === 'image')
    return containers.filter(({ image }) => image === name).map((container) => ({ service: container.name }));
  if (kind === 'network' && name === manifest.network.name) return [{ service: 'network' }];
  if (kind === 'volume') return [{ service: `volume ${name}` }];
  if (kind.startsWith('grafana_')) return [{ service: 'grafana' }];
  return [];
}

function findingsOf(change: PlannedChange, owners: readonly Owner[], manifest: Manifest): Finding[] {
  const repair = {
    command: `nautilus deploy --profile ${manifest.profile.file ?? manifest.profile.name}`,
    interrupts: interruption(change),
  };
  const named = owners.length > 0 ? owners : [{ service: change.name }];
  return named.flatMap(({ service, container }) => {
    const finding = (kind: string, text: Pick<Finding, 'what' | 'declared' | 'live'>): Finding => ({
      id: `${service}/${kind}`,
      service,
      kind,
      ...text,
      repair,
      layers: ['terraform'],
    });
    const differing = differences(change, container);
    if (change.action === 'update' && differing.length === 0) return [];
    if (change.kind === 'image')
      return [finding('image', { what: `image ${change.name}`, declared: 'on the engine', live: 'not there' })];
    if (change.action === 'create' || change.action === 'destroy' || differing.length === 0)
      return [finding(planned(change), whole(change))];
    return differing.map((difference) => {
      const known = attributeOf(change.kind, difference.attribute);
      if (known === undefined) return finding(`planned-${dashed(difference.attribute)}`, shown(change, difference));
      if (known.kind === 'stopped')
        return finding('stopped', { what: 'container', declared: 'running', live: 'not running' });
      return finding(known.kind, { ...shown(change, difference), what: known.what });
    });
  });
}

/** Objects of one service that are not its container are told apart by their name. */
const planned = ({ kind, name }: PlannedChange) =>
  kind === 'container' || kind === 'network' || kind === 'volume' ? 'planned' : `planned-${dashed(name)}`;

const whole = ({ action, kind, address }: PlannedChange): Pick<Finding, 'what' | 'declared' | 'live'> => {
  const object = kind.replaceAll('_', ' ');
  if (action === 'create')
    return { what: object, declared: 'there', live: `Terraform does not find the one that it made (${address})` };
  if (action === 'destroy') return { what: object, declared: 'none', live: `Terraform made one (${address})` };
  return { what: object, declared: 'as Terraform made it', live: `to be made again (${address})` };
};

const shown = ({ address }: PlannedChange, { attribute, before, after }: Difference) => ({
  what: `${attribute} of ${address}`,
  declared: after ?? 'another value',
  live: before ?? 'not as declared',
});

/** Without what another value of follows from, and without a memory limit that was moved inside its band. */
function differences(
  { differences: all }: PlannedChange,
  container: ManifestContainer | undefined,
): readonly Difference[] {
  const find = (attribute: string) => all.find((difference) => difference.attribute === attribute);
  const [memory, swap] = [find('memory'), find('memory_swap')];
  const swapFollows = memory?.before !== undefined && memory.before === swap?.before;
  const bytes = Number(memory?.before) * 2 ** 20;
  const inBand = container !== undefined && bytes >= container.memory.minBytes && bytes <= container.memory.maxBytes;
  return all.filter(
    (difference) => !(difference === swap && swapFollows) && !(difference === memory && swapFollows && inBand),
  );
}

function interruption({ kind, action }: PlannedChange): Interruption {
  if (kind === 'network') return 'the platform';
  return action === 'replace' || action === 'destroy' ? 'the service' : 'nothing';
}

const dashed = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
