import { docker, dockerProgram } from './checks/docker';
import { hardware } from './checks/hardware';
import { node } from './checks/node';
import { packages } from './checks/packages';
import { ports } from './checks/ports';
import { space } from './checks/space';
import { provider, terraform } from './checks/terraform';
import type { Check, Finding, Machine, Use } from './finding';

/** What the platform needs, in the order in which a person would get it. */
const checks: readonly Check[] = [hardware, node, packages, space, ports, docker, dockerProgram, terraform, provider];

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Can the platform run without Docker, here and now? */
  readonly localWorks: boolean;
  /** Can it be deployed to Docker? */
  readonly deployWorks: boolean;
}

/** Looks at everything; changes nothing. */
export async function diagnose(machine: Machine): Promise<Diagnosis> {
  const findings = (await Promise.all(checks.map((check) => check(machine)))).flat();
  const works = (use: Use) => findings.every((finding) => finding.use !== use || finding.state === 'ok');
  const localWorks = works('local');
  const nodeIsEnough = findings.some(({ name, state }) => name === 'Node' && state === 'ok');
  return { findings, localWorks, deployWorks: nodeIsEnough && works('deploy') };
}
