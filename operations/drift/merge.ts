import type { Finding, Layer } from './finding';

/** Whether another layer's finding of the same service is the cause of this one, and tells more of it. */
type IsCause = (cause: Finding, finding: Finding) => boolean;

const kinds =
  (...names: readonly string[]): IsCause =>
  ({ kind }) =>
    names.includes(kind);

/** Somebody put another container, network or volume in the place of ours. */
const replaced: IsCause = ({ cause = '' }) => /^(made again|another declaration)/.test(cause);

/** What a container is started with. */
const startedWith: IsCause = (cause, finding) =>
  replaced(cause, finding) && kinds('command', 'entrypoint', 'env', 'image')(cause, finding);

/** What a finding of this kind follows from, where a layer before saw that. A kind that both layers have is always one. */
const causes: Readonly<Record<string, IsCause>> = {
  // Terraform: an object that it does not find, or would remove.
  planned: (cause, finding) => kinds('missing', 'foreign', 'extra')(cause, finding) || replaced(cause, finding),
  stopped: kinds('exit-code', 'restarting', 'starting', 'missing'),
  // Docker tells the ports of a container that runs, in its network.
  ports: kinds('stopped', 'exit-code', 'restarting', 'missing', 'network-missing', 'network-mode'),
  image: kinds('image-moved', 'image-missing'),
  'network-missing': kinds('network-mode', 'network-address', 'network-alias', 'network-extra'),
  subnet: kinds('gateway', 'reserved'),
  // Settings: what follows from how the container was made.
  configuration: startedWith,
  'start-setting': startedWith,
  setting: (cause, finding) => finding.cause === 'CONFIG SET' && startedWith(cause, finding),
  mtu: kinds('network-missing', 'network-mode'),
};

/** The network has another MTU: every container in it has that. */
const networksMtu = ({ id }: Finding) => id === 'network/mtu';

/**
 * One cause is one finding. Pure. The findings stand in order of their layers; a later one that says in its words what an earlier
 * one has said is taken into that, which names every layer that saw it.
 */
export function merge(findings: readonly Finding[]): Finding[] {
  const merged: Finding[] = [];
  for (const finding of findings) {
    const told = toldBy(finding, merged);
    if (told.length === 0) merged.push(finding);
    for (const other of told) merged[merged.indexOf(other)] = joined(other, finding);
  }
  return merged;
}

/** The findings of other layers that tell of this one. */
function toldBy(finding: Finding, earlier: readonly Finding[]): readonly Finding[] {
  const [layer] = finding.layers;
  const others = earlier.filter(({ layers }) => layers[0] !== layer);
  const ofService = others.filter(({ service }) => service === finding.service);
  const same = ofService.filter(({ kind }) => kind === finding.kind);
  const exact = same.filter(({ id }) => id === finding.id);
  if (same.length > 0) return exact.length > 0 ? exact : same;
  const isCause = causes[finding.kind];
  const caused = ofService.filter((other) => isCause?.(other, finding));
  if (caused.length > 0) return caused;
  if (finding.kind === 'mtu') return others.filter(networksMtu);
  return layer === 'terraform' ? ofService.filter((other) => replaced(other, finding)) : [];
}

const joined = (first: Finding, second: Finding): Finding => ({
  ...first,
  ...(first.cause === undefined && second.cause !== undefined && { cause: second.cause }),
  layers: [...new Set<Layer>([...first.layers, ...second.layers])],
});
