import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import type { Difference, Finding, Repair } from '../finding';
import { deploy, deployCommand, readLog, restart, start, unpause } from '../repairs';
import { shown } from '../text';
import { finding, fixed, type Subject } from './subject';

/** A declared container of which there is none. */
export const missing = (declared: ManifestContainer, manifest: Manifest): Finding =>
  finding(
    declared.name,
    { kind: 'missing', what: 'container', declared: declared.container, live: 'there is none' },
    deploy(manifest, 'nothing'),
    'docker rm',
  );

/** There, under another name: everything else about it is told once it has its own again. */
export function renamed(declared: ManifestContainer, other: string): Finding {
  return finding(
    declared.name,
    { kind: 'missing', what: 'container', declared: declared.container, live: `it has the name ${other}` },
    { command: `docker rename ${other} ${declared.container}`, interrupts: 'nothing' },
    'docker rename',
  );
}

/** One of our names, and not ours: nothing of it is looked at, and nothing is done to it. */
export const foreign = (declared: ManifestContainer, project: string | undefined, manifest: Manifest): Finding => {
  const { container } = declared;
  return finding(
    declared.name,
    {
      kind: 'foreign',
      what: 'container',
      declared: `${container} of project ${manifest.project}`,
      live: project === undefined ? 'a container of no project of ours' : `a container of project ${project}`,
    },
    {
      command: `docker stop ${container} && docker rename ${container} ${container}-foreign && ${deployCommand(manifest)}`,
      interrupts: 'nothing',
    },
    'somebody else has the name',
  );
};

/** Ours by label, and not declared. */
export const extra = (name: string, status: string): Finding =>
  finding(
    name,
    { kind: 'extra', what: 'container', declared: 'none of that name', live: status },
    { command: `docker rm --force ${name}`, interrupts: 'nothing' },
  );

/** Does it run, and is it well? */
export const compareState = (subject: Subject): Finding[] => {
  const { live } = subject;
  switch (live.State.Status) {
    case 'running':
      return running(subject);
    case 'paused':
      return [
        told(
          subject,
          { kind: 'paused', live: `paused, running since ${live.State.StartedAt}` },
          unpause(subject.declared),
          'docker pause',
        ),
      ];
    case 'restarting':
      return [looping(subject)];
    default:
      return [stopped(subject)];
  }
};

/** A container that does its work once: it ends, with 0. */
export function compareOneShot(subject: Subject): Finding[] {
  const { Status, ExitCode } = subject.live.State;
  if (Status === 'running' || (Status === 'exited' && ExitCode === 0)) return [];
  if (Status === 'paused') return compareState(subject);
  const live = Status === 'created' ? 'never started' : `${Status}, ended with ${ExitCode}`;
  return [told(subject, { kind: 'exit-code', live }, start(subject.declared), endCause(subject), 'ended with 0')];
}

const runs = ({ declared }: Subject): string => (declared.health ? 'runs, healthy' : 'runs');

const told = (
  subject: Subject,
  difference: Pick<Difference, 'kind' | 'live'>,
  repair: Repair,
  cause?: string,
  declared = runs(subject),
): Finding => finding(subject.declared.name, { ...difference, what: 'state', declared }, repair, cause);

function stopped(subject: Subject): Finding {
  const { Status, ExitCode, FinishedAt, Error: error } = subject.live.State;
  const since = Status === 'created' ? 'made and never started' : `${Status} since ${FinishedAt} with ${ExitCode}`;
  const live = error === '' ? since : `${since}: ${shown(error)}`;
  // Docker has half removed such a one, and will not start it.
  if (Status === 'dead' || Status === 'removing')
    return fixed(subject, { kind: 'stopped', what: 'state', declared: runs(subject), live }, 'docker rm');
  return told(subject, { kind: 'stopped', live }, start(subject.declared), endCause(subject));
}

/** How a container came to its end, by its exit code: 128 and more is a signal. */
function endCause(subject: Subject): string | undefined {
  const { Status, OOMKilled, ExitCode, Error: error } = subject.live.State;
  if (OOMKilled) return 'killed for memory';
  if (error !== '') return 'it could not be started';
  if (Status === 'created') return undefined;
  if (ExitCode === 137) return 'killed (SIGKILL)';
  if (ExitCode === 0 || ExitCode === 143 || ExitCode === 130) return 'docker stop';
  const last = lastErrorOf(subject);
  return `ended by itself with ${ExitCode}${last === undefined ? '' : `: ${last}`}`;
}

/** What the program told before it ended. */
const lastErrorOf = ({ live, observed }: Subject): string | undefined => observed.errors?.[live.Id];

/** A restart after which the container ran this long is over. */
const SETTLED_MS = 60_000;

function running(subject: Subject): Finding[] {
  const { live, observed, declared } = subject;
  const health = live.State.Health?.Status ?? 'none';
  const upMs = Date.parse(observed.at) - Date.parse(live.State.StartedAt);
  // Docker counts its own restarts from the last start by somebody else.
  if (live.RestartCount >= 2 && upMs < SETTLED_MS) return [looping(subject)];
  if (declared.health === undefined) return [];
  if (health === 'unhealthy') {
    const { FailingStreak = 0, Log } = live.State.Health!;
    const last = Log?.at(-1);
    return [
      told(
        subject,
        {
          kind: 'unhealthy',
          live: `runs, and ${FailingStreak} health checks in a row failed${last ? `, the last with ${last.ExitCode}` : ''}`,
        },
        restart(subject.declared),
      ),
    ];
  }
  if (health !== 'starting') return [];
  return [
    told(
      subject,
      { kind: 'starting', live: `started ${Math.max(0, Math.round(upMs / 1000))} s ago, not healthy yet` },
      readLog(declared),
      live.RestartCount > 0 ? 'ended, and Docker started it again' : 'started again',
    ),
  ];
}

const looping = (subject: Subject): Finding => {
  const { live } = subject;
  const error = lastErrorOf(subject);
  const ended = live.State.Status === 'restarting' ? `, the last time it ended with ${live.State.ExitCode}` : '';
  return told(
    subject,
    { kind: 'restarting', live: `started again ${live.RestartCount} times by Docker${ended}` },
    // Who says what is wrong would say it again; the fix stands below it.
    error === undefined ? restart(subject.declared) : readLog(subject.declared),
    live.State.Status === 'restarting' ? endCause(subject) : error,
  );
};
