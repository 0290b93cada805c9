import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import { type AttributeDifference, changesEngine, type PlannedChange } from '../../terraform/plan';
import { type Difference, type Finding, findingOf, type Repair } from '../finding';
import { deploy, deployCommand, makePlatformAnew } from '../repairs';
import { slug } from '../text';
import { attributeOf } from './attributes';
import type { ObservedTerraform } from './observe';

/**
 * What Terraform would change, in the platform's words: a finding for each attribute that differs, one for an object that it
 * would make or remove. Pure. What the docker layer has a kind for has that kind here too.
 */
export function compareTerraform(manifest: Manifest, { stacks }: Pick<ObservedTerraform, 'stacks'>): Finding[] {
  const changes = stacks.flatMap((stack) => stack.changes).filter(changesEngine);
  const findings = changes.flatMap((change) => {
    const named = { change, manifest, changes };
    if (change.kind === 'image') return imageFindings(named);
    if (change.kind === 'container') return containerFindings(named);
    return objectFindings(named);
  });
  return findings.filter(({ id }, index) => findings.findIndex((other) => other.id === id) === index);
}

interface Planned {
  readonly change: PlannedChange;
  readonly manifest: Manifest;
  /** All that is planned. */
  readonly changes: readonly PlannedChange[];
}

const finding = findingOf('terraform');

const containersOf = ({ services, oneShots }: Manifest): readonly ManifestContainer[] => [...services, ...oneShots];

/** An image that has to be built again: the containers that were made of it follow. */
function imageFindings({ change, manifest, changes }: Planned): Finding[] {
  return containersOf(manifest)
    .filter(({ image }) => image === change.name)
    .map(({ name, container }) => {
      const follows = changes.some((other) => other.name === container && other.action === 'replace');
      return finding(
        name,
        { kind: 'image-missing', what: 'image', declared: change.name, live: 'no image of that name' },
        deploy(manifest, follows ? 'the service' : 'nothing'),
      );
    });
}

function containerFindings({ change, manifest, changes }: Planned): Finding[] {
  const declared = containersOf(manifest).find(({ container }) => container === change.name);
  const service = declared?.name ?? slug(change.name);
  if (change.action === 'create') {
    // Where another one has the name, a deployment would find its state lost.
    const repair: Repair = {
      command: `docker rm --force ${change.name}; ${deployCommand(manifest)}`,
      interrupts: 'the service',
    };
    return [finding(service, planned(change), repair, 'made again by hand, or its state was lost')];
  }
  if (change.action === 'destroy') return [finding(service, planned(change), deploy(manifest, 'the service'))];
  const noImage = changes.some(({ kind, name }) => kind === 'image' && name === declared?.image);
  const differing = causes(change, declared).filter(
    ({ attribute, after }) => !(attribute === 'image' && after === undefined && noImage),
  );
  const repair = deploy(manifest, change.action === 'replace' ? 'the service' : 'nothing');
  return differing.map((difference) => attributeFinding(service, change, difference, repair));
}

function objectFindings({ change, manifest }: Planned): Finding[] {
  const service = serviceOf(change, manifest);
  if (change.kind !== 'network' && change.kind !== 'volume')
    return [finding(service, planned(change, `planned-${slug(change.name)}`), deploy(manifest, 'nothing'))];
  const repair = change.action === 'update' ? deploy(manifest, 'the platform') : makePlatformAnew(manifest);
  if (change.action === 'create' || change.action === 'destroy') return [finding(service, planned(change), repair)];
  return change.differences.map((difference) => attributeFinding(service, change, difference, repair));
}

/** The name that the docker layer gives it. */
function serviceOf({ kind, name }: PlannedChange, { project }: Manifest): string {
  if (kind === 'network') return 'network';
  if (kind === 'volume') return `volume ${name.replace(`${project}-`, '')}`;
  return kind.startsWith('grafana') ? 'grafana' : slug(name);
}

function attributeFinding(
  service: string,
  change: PlannedChange,
  difference: AttributeDifference,
  repair: Repair,
): Finding {
  const { attribute, before = 'not as declared', after = 'another value' } = difference;
  const known = attributeOf(change.kind, attribute);
  if (known === undefined)
    return finding(
      service,
      {
        kind: 'planned',
        name: `planned-${slug(attribute)}`,
        what: `${attribute} of ${change.address}`,
        declared: after,
        live: before,
      },
      repair,
    );
  if (known.kind === 'stopped') return finding(service, { ...known, declared: 'running', live: 'not running' }, repair);
  return finding(service, { ...known, declared: after, live: before }, repair);
}

/** An object as a whole. */
function planned({ action, kind, address }: PlannedChange, name?: string): Difference {
  const object = { kind: 'planned', name, what: kind.replaceAll('_', ' ') };
  if (action === 'destroy') return { ...object, declared: 'none', live: `there, as ${address}` };
  if (action === 'create')
    return { ...object, declared: `the one that Terraform made (${address})`, live: 'Terraform does not find it' };
  return { ...object, declared: `as Terraform made it (${address})`, live: 'changed' };
}

/**
 * The differences that are no consequence of another one: swap follows memory, the specification's label follows everything, and
 * what does not run publishes nothing.
 * A memory limit inside its band is where something that may moved it.
 */
function causes(
  { differences }: PlannedChange,
  declared: ManifestContainer | undefined,
): readonly AttributeDifference[] {
  const of = (name: string) => differences.find(({ attribute }) => attribute === name);
  const [memory, swap, labels] = [of('memory'), of('memory_swap'), of('labels')];
  const swapFollows = memory?.before !== undefined && memory.before === swap?.before;
  const bytes = Number(memory?.before) * 2 ** 20;
  const inBand = declared !== undefined && bytes >= declared.memory.minBytes && bytes <= declared.memory.maxBytes;
  const consequences = new Set([
    ...(swapFollows ? [swap] : []),
    ...(inBand ? [memory] : []),
    ...(differences.some(({ attribute }) => attribute !== 'labels') ? [labels] : []),
    ...(of('must_run') ? [of('ports')] : []),
  ]);
  return differences.filter((difference) => !consequences.has(difference));
}
