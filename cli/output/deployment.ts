import { changesEngine, type DeploymentEvent, type DeploymentListener } from '@nautilus/operations/terraform';
import { LiveBlock, progressLine } from './progress';

const doing = {
  create: 'creating',
  update: 'changing',
  delete: 'removing',
  replace: 'replacing',
  read: 'reading',
  noop: 'reading',
};
const done = {
  create: 'created',
  update: 'changed',
  delete: 'removed',
  replace: 'replaced',
  read: 'read',
  noop: 'read',
};

/** What terraform only notes for itself; and an old image, which stays until nothing uses it. */
const isSilent = ({ change, action }: Extract<DeploymentEvent, { kind: 'object' }>): boolean =>
  !changesEngine(change) || (change.kind === 'image' && change.action === 'replace' && action === 'delete');

/** A finished event as one line; undefined for those that only a live display shows. */
function eventLine(event: DeploymentEvent): string | undefined {
  switch (event.kind) {
    case 'note':
      return event.text;
    case 'stack':
      return event.state === 'finished' ? `stack ${event.stack}: done in ${event.seconds.toFixed(1)} s` : undefined;
    case 'object': {
      const { change, action, state, seconds } = event;
      if (isSilent(event)) return undefined;
      if (state === 'finished') return `  ${done[action]} ${change.kind} ${change.name} (${seconds} s)`;
      return state === 'failed' ? `  failed ${change.kind} ${change.name} (${seconds} s)` : undefined;
    }
  }
}

/**
 * Tells how a deployment goes on: on a terminal what is under way stays below, redrawn in place, and what is done scrolls
 * up; elsewhere a plain line for each thing done.
 */
export function deploymentProgress(out: NodeJS.WriteStream = process.stderr): DeploymentListener {
  const underWay = new Map<string, string>();
  const live = out.isTTY ? new LiveBlock(out) : undefined;
  return (event) => {
    if (event.kind === 'object') {
      const { change, action, state, seconds } = event;
      if (state === 'finished' || state === 'failed') underWay.delete(change.address);
      else underWay.set(change.address, `  ${doing[action]} ${change.kind} ${change.name} … ${seconds} s`);
    }
    const line = eventLine(event);
    if (live === undefined) {
      if (line !== undefined) progressLine(line);
      return;
    }
    live.clear();
    if (line !== undefined) out.write(`${line}\n`);
    live.draw([...underWay.values()], '');
  };
}
