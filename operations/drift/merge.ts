import type { Finding, Layer } from './finding';

/** Causes that make a container another one than Terraform made. */
const otherContainer = /made again|another declaration/;

/** Kinds of one service that tell of the same thing, by the kind of the finding that gives way. */
const tellsOf: Readonly<Record<string, (other: Finding) => boolean>> = {
  planned: ({ kind, cause = '' }) => kind === 'missing' || otherContainer.test(cause),
  stopped: ({ kind }) => ['missing', 'restarting', 'exit-code', 'starting'].includes(kind),
  image: ({ kind }) => kind === 'image-moved',
  'network-missing': ({ kind }) => kind.startsWith('network-'),
  swap: ({ kind }) => kind === 'memory',
};

/** One cause is one finding: what several layers saw is told by the first of them, and every one is named. */
export function merge(findings: readonly Finding[]): Finding[] {
  const merged: Finding[] = [];
  for (const finding of findings) {
    const same = merged
      .filter(({ service }) => service === finding.service)
      .filter((other) => other.kind === finding.kind || tellsOf[finding.kind]?.(other));
    if (same.length === 0) merged.push(finding);
    for (const other of same) merged[merged.indexOf(other)] = joined(other, finding);
  }
  return merged;
}

const joined = (first: Finding, second: Finding): Finding => ({
  ...first,
  ...((first.cause ?? second.cause) !== undefined && { cause: first.cause ?? second.cause }),
  layers: [...new Set<Layer>([...first.layers, ...second.layers])],
});
