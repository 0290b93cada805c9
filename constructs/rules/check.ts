import { Container } from '@cdktf/provider-docker/lib/container';
import { NautilusError } from '@nautilus/config';
import type { IConstruct } from 'constructs';
import { boundedCpu } from './bounded-cpu';
import { boundedLogs } from './bounded-logs';
import { boundedMemory } from './bounded-memory';
import { health } from './health';
import { imageById } from './image-by-id';
import { loopbackPorts } from './loopback-ports';
import { namedVolumes } from './named-volumes';
import { noCapabilities } from './no-capabilities';
import { noPrivileges } from './no-privileges';
import { nonRoot } from './non-root';
import { readOnlyRoot } from './read-only-root';
import type { Rule } from './rule';
import { stopGrace } from './stop-grace';
import { suppressionsOf } from './suppression';

/** What must be true of every container of a platform whose ports are published on `address`. */
export const rules = (address: string): readonly Rule[] => [
  nonRoot,
  readOnlyRoot,
  noCapabilities,
  noPrivileges,
  namedVolumes,
  imageById,
  boundedMemory,
  boundedCpu,
  boundedLogs,
  health,
  stopGrace,
  loopbackPorts(address),
];

/** Checks every container below `root`. Throws NAUT_RULE_BROKEN with all findings at once. */
export function checkRules(root: IConstruct, options: { readonly address: string }): void {
  const containers = root.node.findAll().filter((node): node is Container => node instanceof Container);
  const findings = containers.flatMap((container) => {
    const suppressed = suppressionsOf(container).map(({ rule }) => rule);
    return rules(options.address)
      .filter(({ id }) => !suppressed.includes(id))
      .flatMap((rule) => {
        const finding = rule.check(container);
        return finding === undefined ? [] : [`${rule.id}  ${container.nameInput} ${finding}`];
      });
  });
  if (findings.length === 0) return;
  throw new NautilusError({
    code: 'NAUT_RULE_BROKEN',
    message: `${findings.length} of the rules for containers ${findings.length === 1 ? 'is' : 'are'} not kept`,
    details: findings,
    fix: 'correct the construct, or suppress the rule there with the reason',
  });
}
