import { Container } from '@cdktf/provider-docker/lib/container';
import { NautilusError, type Profile } from '@nautilus/config';
import type { IConstruct } from 'constructs';
import { isService } from '../service';
import { memoryFits, quotasFit } from './capacity';
import type { Claimant, Proof } from './finding';
import { namesAreRight } from './names';
import { addressesAreRight, portsAreUnique } from './places';
import { ringsFit, worstCasesFit } from './worst-cases';

const proofs: readonly Proof[] = [
  memoryFits,
  quotasFit,
  worstCasesFit,
  ringsFit,
  portsAreUnique,
  addressesAreRight,
  namesAreRight,
];

/** Every container below `root`. */
export function claimantsOf(root: IConstruct, profile: Profile): readonly Claimant[] {
  const nodes = root.node.findAll();
  const services = new Map(nodes.filter(isService).map((service) => [service.container, service]));
  return nodes
    .filter((node): node is Container => node instanceof Container)
    .map((container) => {
      const service = services.get(container);
      return { name: service?.name ?? withoutProject(container, profile), container, service };
    });
}

const withoutProject = ({ nameInput = '' }: Container, { project }: Profile) =>
  nameInput.startsWith(`${project}-`) ? nameInput.slice(project.length + 1) : nameInput;

/**
 * Proves over what is really synthesized that it fits: memory, CPUs, worst cases, ports, addresses, names.
 * Throws the error of what does not, or NAUT_BUDGET_BROKEN with all when there are several.
 */
export function checkBudget(root: IConstruct, profile: Profile): void {
  const tree = { profile, claimants: claimantsOf(root, profile) };
  const findings = proofs.flatMap((proof) => proof(tree));
  const [first, ...others] = findings;
  if (!first) return;
  if (others.length === 0) throw new NautilusError(first);
  throw new NautilusError({
    code: 'NAUT_BUDGET_BROKEN',
    message: `profile ${profile.name} does not fit in ${findings.length} ways`,
    details: findings.flatMap(({ code, message, details = [], fix }) => [
      `${code}  ${message}`,
      ...details.map((detail) => `  ${detail}`),
      `  fix: ${fix}`,
    ]),
    fix: `change ${profile.file}`,
  });
}
