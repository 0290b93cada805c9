import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { type Position, ProfileError } from './problem';

export type Path = readonly (string | number)[];
export type Mapping = { [key: string]: unknown };

/** A profile's YAML file: its values, and where each of them stands. */
export interface ProfileFile {
  readonly file: string;
  readonly value: Mapping;
  /** Position of the value at `path`, or of its key; undefined when the file says nothing there. */
  locate(path: Path, what?: 'value' | 'key'): Position | undefined;
}

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A path as people read it in a terminal: relative when it is below the working directory. */
export function shownFile(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') || isAbsolute(short) ? file : short;
}

/** Reads and parses a file. Throws ProfileError with every syntax error and its position. */
export function readProfileFile(file: string): ProfileFile {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const shown = shownFile(file);
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file: shown, line, column: col };
  };
  if (document.errors.length > 0)
    throw new ProfileError(
      shown,
      document.errors.map((error) => ({
        code: 'NAUT_PROFILE_SYNTAX',
        message: error.message.split(' at line')[0]!.replace(/\n[\s\S]*/, ''),
        allowed: 'YAML 1.2, each key once in its map',
        position: at(error.pos[0]),
      })),
    );
  const value: unknown = document.toJS();
  if (!isMapping(value))
    throw new ProfileError(shown, [
      {
        code: 'NAUT_PROFILE_SYNTAX',
        message: 'a profile is a map of keys and values',
        value: JSON.stringify(value),
        position: { file: shown, line: 1, column: 1 },
      },
    ]);
  return {
    file,
    value,
    locate(path, what = 'value') {
      if (path.length === 0) return { file: shown, line: 1, column: 1 };
      const found = find(document.contents, path);
      const node = isPair(found) ? (what === 'key' ? found.key : (found.value ?? found.key)) : found;
      const range = (node as Node | undefined)?.range;
      return range ? at(range[0]) : undefined;
    },
  };
}

/** The pair (in a map) or the node (in a list) at a path. */
function find(root: unknown, path: Path): Pair | Node | undefined {
  let node: unknown = root;
  for (const [index, step] of path.entries()) {
    const next: unknown = isMap(node)
      ? node.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(step))
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined;
    if (next === undefined) return undefined;
    if (index === path.length - 1) return next as Pair | Node;
    node = isPair(next) ? next.value : next;
  }
  return undefined;
}
