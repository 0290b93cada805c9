import { NautilusError } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { Finding, Interruption, RepairAction } from '../finding';

/** One thing that is done to one container. */
export interface RepairStep {
  readonly action: RepairAction;
  /** What it puts right: address and names of a container in its network are one step. */
  readonly findings: readonly Finding[];
  /** The same for a person's shell. */
  readonly command: string;
  readonly interrupts: Interruption;
}

export interface RepairPlan {
  /** In the order in which they are safe. */
  readonly steps: readonly RepairStep[];
  /** What only their command puts right: it makes another container, or Terraform's work. */
  readonly others: readonly Finding[];
}

/**
 * Before a container works on, it has its limits and its network: one that was killed for memory would be killed again. It
 * leaves networks that are not its own last of all, so that it is never without one; programs inside it want it running.
 */
const order: readonly RepairAction['do'][] = [
  'update',
  'connect',
  'unpause',
  'start',
  'disconnect',
  'command',
  'restart',
];

/** What can be put right without replacing a container, in a safe order; databases before those who use them. Pure. */
export function planRepair(findings: readonly Finding[], manifest: Manifest): RepairPlan {
  const steps = new Map<string, RepairStep>();
  for (const finding of findings) {
    const { action, command, interrupts } = finding.repair;
    if (action === undefined) continue;
    const key = JSON.stringify(action);
    const known = steps.get(key);
    steps.set(key, { action, command, interrupts, findings: [...(known?.findings ?? []), finding] });
  }
  const rank = deploymentOrder(manifest);
  return {
    steps: [...steps.values()].sort(
      (a, b) => order.indexOf(a.action.do) - order.indexOf(b.action.do) || rank(a) - rank(b),
    ),
    others: findings.filter(({ repair }) => repair.action === undefined),
  };
}

/** Place of a step's container in a deployment: its stack's. */
function deploymentOrder({ oneShots, services, stacks }: Manifest): (step: RepairStep) => number {
  const place = new Map(stacks.map(({ name }, index) => [name, index]));
  const places = new Map([...oneShots, ...services].map(({ container, stack }) => [container, place.get(stack) ?? 0]));
  return ({ action }) => places.get(action.container) ?? stacks.length;
}

/**
 * The findings of these ids, all of them where none is given.
 * @throws NautilusError NAUT_FINDING_UNKNOWN
 */
export function chosen(findings: readonly Finding[], ids: readonly string[]): readonly Finding[] {
  const unknown = ids.filter((id) => !findings.some((finding) => finding.id === id));
  if (unknown.length > 0)
    throw new NautilusError({
      code: 'NAUT_FINDING_UNKNOWN',
      message: `there is no finding ${unknown.map((id) => `"${id}"`).join(', ')}`,
      details: [findings.length === 0 ? 'nothing differs' : `found: ${findings.map(({ id }) => id).join(', ')}`],
      fix: 'name findings as `nautilus drift` does, service/what, or none to repair all',
    });
  return ids.length === 0 ? findings : findings.filter(({ id }) => ids.includes(id));
}
