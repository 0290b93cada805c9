import { Container } from '@cdktf/provider-docker/lib/container';
import { NautilusError } from '@nautilus/config';
import type { IConstruct } from 'constructs';
import { boundedCpu } from './bounded-cpu';
import { boundedLogs } from './bounded-logs';
import { boundedMemory } from './bounded-memory';
import { boundedUlimits } from './bounded-ulimits';
import { hardenedTmpfs } from './hardened-tmpfs';
import { health } from './health';
import { imageById } from './image-by-id';
import { loopbackPorts } from './loopback-ports';
import { namedVolumes } from './named-volumes';
import { namespacedSysctls } from './namespaced-sysctls';
import { noCapabilities } from './no-capabilities';
import { noDevices } from './no-devices';
import { noDockerSocket } from './no-docker-socket';
import { noPrivileges } from './no-privileges';
import { noSecretsInEnvironment } from './no-secrets-in-environment';
import { nonRoot } from './non-root';
import { ownNamespaces } from './own-namespaces';
import { ownNetwork } from './own-network';
import { readOnlyRoot } from './read-only-root';
import { restart } from './restart';
import type { Rule } from './rule';
import { stopGrace } from './stop-grace';
import { suppressionsOf } from './suppression';

/** What must be true of every container of a platform whose ports are published on `address`. */
export const rules = (address: string): readonly Rule[] => [
  nonRoot,
  noPrivileges,
  noCapabilities,
  readOnlyRoot,
  hardenedTmpfs,
  namedVolumes,
  noDockerSocket,
  noDevices,
  ownNamespaces,
  ownNetwork,
  loopbackPorts(address),
  noSecretsInEnvironment,
  namespacedSysctls,
  imageById,
  boundedMemory,
  boundedCpu,
  boundedUlimits,
  boundedLogs,
  health,
  restart,
  stopGrace,
];

/**
 * Checks every container below `root`. Throws NAUT_RULE_BROKEN with all findings at once; a suppression of a rule that is
 * kept, or that there is not, is one of them.
 */
export function checkRules(root: IConstruct, options: { readonly address: string }): void {
  const all = rules(options.address);
  const containers = root.node.findAll().filter((node): node is Container => node instanceof Container);
  const findings = containers.flatMap((container) => {
    const suppressed = new Set<string>(suppressionsOf(container).map(({ rule }) => rule));
    const broken = all.flatMap((rule) => {
      const finding = rule.check(container);
      return finding === undefined ? [] : [{ id: rule.id as string, finding }];
    });
    const idle = [...suppressed].filter((id) => !broken.some((rule) => rule.id === id));
    return [
      ...broken.filter(({ id }) => !suppressed.has(id)),
      ...idle.map((id) => ({ id, finding: 'keeps this rule, or there is no such rule; take the suppression out' })),
    ].map(({ id, finding }) => `${id}  ${container.nameInput} ${finding}`);
  });
  if (findings.length === 0) return;
  throw new NautilusError({
    code: 'NAUT_RULE_BROKEN',
    message: `${findings.length} of the rules for containers ${findings.length === 1 ? 'is' : 'are'} not kept`,
    details: findings,
    fix: 'correct the construct, or suppress the rule there with the reason',
  });
}
