import type { Finding } from '../finding';
import { fixed, type Subject } from './subject';
import { digest, shown } from './text';

/** Entrypoint and command: declared, else the image's. Docker takes the image's command only with its entrypoint. */
export function compareArguments(subject: Subject): Finding[] {
  const { declared, live, image } = subject;
  const sides = [
    {
      kind: 'entrypoint',
      what: 'entrypoint',
      wanted: declared.entrypoint ?? image?.Entrypoint,
      is: live.Config.Entrypoint,
      known: declared.entrypoint !== undefined || image !== undefined,
    },
    {
      kind: 'command',
      what: 'command line',
      wanted: declared.command ?? (declared.entrypoint === undefined ? image?.Cmd : undefined),
      is: live.Config.Cmd,
      known: declared.command !== undefined || declared.entrypoint !== undefined || image !== undefined,
    },
  ];
  return sides.flatMap(({ kind, what, wanted, is, known }) => {
    const told = known ? argumentsThatDiffer(wanted ?? [], is ?? []) : undefined;
    return told ? [fixed(subject, { kind, what, ...told })] : [];
  });
}

/**
 * The part of two command lines that differs, with what is the same on both sides left out; undefined where nothing differs.
 * What was not declared may be a password: of such arguments the name is told and of the value its digest.
 */
export function argumentsThatDiffer(
  declared: readonly string[],
  live: readonly string[],
): { declared: string; live: string } | undefined {
  const same = (at: (list: readonly string[], index: number) => string | undefined) => {
    const most = Math.min(declared.length, live.length);
    let count = 0;
    while (count < most && at(declared, count) === at(live, count)) count++;
    return count;
  };
  const before = same((list, index) => list[index]);
  if (before === declared.length && before === live.length) return undefined;
  const shortest = Math.min(declared.length, live.length);
  const after = Math.min(
    same((list, index) => list[list.length - 1 - index]),
    shortest - before,
  );
  const known = new Set(declared);
  const middle = (items: readonly string[]) => items.slice(before, items.length - after);
  return {
    declared: joined(middle(declared).map(quoted)),
    live: joined(middle(live).map((argument) => (known.has(argument) ? quoted(argument) : hidden(argument)))),
  };
}

/** How many arguments are told; the rest is counted. */
const TOLD = 8;

const joined = (items: readonly string[]): string =>
  items.length === 0
    ? 'nothing there'
    : [...items.slice(0, TOLD), ...(items.length > TOLD ? [`and ${items.length - TOLD} more`] : [])].join(' ');

const quoted = (argument: string): string =>
  shown(argument === '' || /\s/.test(argument) ? JSON.stringify(argument) : argument);

/** `--name` as it is, `name=value` without its value, anything else as a digest. */
function hidden(argument: string): string {
  const name = /^(-{0,2}[A-Za-z][\w.-]*)=/.exec(argument)?.[1];
  if (name !== undefined) return `${name}=${digest(argument.slice(name.length + 1))}`;
  return /^--?[A-Za-z][\w-]*$/.test(argument) ? argument : digest(argument);
}
