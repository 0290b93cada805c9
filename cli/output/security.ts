import type { Manifest } from '@nautilus/manifest';
import { table } from './table';
import { wrap } from './wrap';

/** One rule, and what it says of every container. */
interface Verdict {
  readonly rule: string;
  readonly about: string;
  readonly containers: Readonly<Record<string, 'kept' | 'suppressed'>>;
}

const verdicts = ({ security: { rules, containers, suppressions } }: Manifest): readonly Verdict[] =>
  rules.map(({ id, about }) => ({
    rule: id,
    about,
    containers: Object.fromEntries(
      containers.map((container) => [
        container,
        suppressions.some((one) => one.container === container && one.rule === id) ? 'suppressed' : 'kept',
      ]),
    ),
  }));

/** Every rule with its verdict for each container, and the suppressions with their reasons. */
export const securityJson = (manifest: Manifest): object => ({
  rules: verdicts(manifest),
  suppressions: manifest.security.suppressions,
});

/** Each rule in a line: who keeps it; then who is let off it, and why. */
export function securityText(manifest: Manifest): string {
  const { containers, suppressions } = manifest.security;
  const rows = verdicts(manifest).map(({ rule, about, containers: of }) => {
    const kept = Object.values(of).filter((verdict) => verdict === 'kept').length;
    return [
      rule.replace('NAUT_RULE_', ''),
      about,
      kept === containers.length ? 'all' : `${kept} of ${containers.length}`,
    ];
  });
  const reasons = suppressions.flatMap(({ container, rule, reason }) => [
    `  ${container}  ${rule}`,
    ...wrap(reason, 92).map((line) => `      ${line}`),
  ]);
  return [
    `${manifest.profile.name}: ${rows.length} rules for ${containers.length} containers, checked over all that is synthesized`,
    ...wrap(containers.join(', '), 96).map((line) => `  ${line}`),
    '',
    ...table(rows, ['rule', 'a container …', 'kept by'])
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    suppressions.length === 0 ? 'No rule is suppressed.' : `${suppressions.length} suppressed, each with its reason:`,
    ...reasons,
  ].join('\n');
}
