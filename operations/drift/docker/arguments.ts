import { documentDifference } from '../document';
import type { Finding } from '../finding';
import { digest, shown } from '../text';
import { fixed, type Subject } from './subject';

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
  const names = new Set(declared.flatMap((argument) => nameOf(argument) ?? []));
  const middle = (items: readonly string[]) => items.slice(before, items.length - after);
  const [wanted, is] = [middle(declared), middle(live)];
  const keys = wanted.length === 1 && is.length === 1 ? documentDifference(wanted[0]!, is[0]!) : undefined;
  if (keys !== undefined) return keys;
  return {
    declared: joined(wanted.map(quoted)),
    live: joined(is.map((argument) => told(argument, known, names))),
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

/** A value that a person may read: an option's name, and what was declared too; of everything else the digest. */
function told(argument: string, declared: ReadonlySet<string>, names: ReadonlySet<string>): string {
  if (declared.has(argument) || /^(-[A-Za-z]|--[A-Za-z][\w-]*)$/.test(argument)) return quoted(argument);
  const name = nameOf(argument);
  if (name !== undefined && (name.startsWith('--') || names.has(name)))
    return `${name}=${digest(argument.slice(name.length + 1))}`;
  return digest(argument);
}

/** What stands before the sign of `--name=value` and `name=value`. */
const nameOf = (argument: string): string | undefined => /^(?:--)?([A-Za-z][\w.-]*)(?==)/.exec(argument)?.[0];
