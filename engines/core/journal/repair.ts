import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ioError } from './errors';
import { HEADER_BYTES } from './format';
import { type JournalKeys, NO_KEY } from './keys';
import type { Run } from './runs';
import { createSegment, type JournalPlace, segmentFile, syncDirectory, writeZeros } from './segment-files';
import { SINGLE_FILE_FORMAT } from './segment-header';
import { examine, type Finding, type FoundSegment } from './verify';

/** Records from one number to another. */
export interface RecordRange {
  readonly from: number;
  readonly to: number;
}

/** A segment as it will be: left where it is, written anew from what is readable of it, or made without a record. */
export interface PlannedSegment {
  readonly number: number;
  readonly file: string;
  readonly action: 'keep' | 'rewrite' | 'make';
  /** Number of its first record, or of the one that will be. */
  readonly first: number;
  readonly runs: readonly Run[];
  readonly source?: FoundSegment;
}

export interface RepairPlan {
  readonly place: JournalPlace;
  readonly findings: readonly Finding[];
  /** The records that the journal has afterwards; undefined when there are none. */
  readonly keeps: RecordRange | undefined;
  /** Number of the record of the snapshot that recovery then begins with; 0 when it begins with record 1. */
  readonly snapshot: number;
  /** Records whose effect is lost: those after the last that is kept, up to the last that is known to have been durable. */
  readonly lost: RecordRange | undefined;
  /** How many of the lost records are readable, in the files that are moved aside. */
  readonly lostButReadable: number;
  /** Whether records may be lost besides whose numbers nobody knows. */
  readonly lossUnknown: boolean;
  /** Records that can no longer be replayed and whose effect is in the snapshot. */
  readonly history: RecordRange | undefined;
  /** A tail that is cut off: no record in it had been reported durable. */
  readonly cut: { readonly file: string; readonly byte: number; readonly bytes: number } | undefined;
  /** Files that are moved into a folder of their own. */
  readonly aside: readonly string[];
  readonly segments: readonly PlannedSegment[];
  /** Of the journal. */
  readonly identity: number;
}

export interface RepairResult {
  /** The folder that files were moved into; undefined when none was. */
  readonly aside: string | undefined;
}

interface Piece {
  readonly segment: FoundSegment;
  readonly run: Run;
}

/** Whether a plan changes anything. */
export const changesAnything = ({ aside, cut, segments }: RepairPlan): boolean =>
  aside.length > 0 || cut !== undefined || segments.some(({ action }) => action !== 'keep');

/**
 * Finds the state that comes furthest with what is readable, and tells what it takes to open the journal there. Nothing is changed.
 * The writer's lock must be held until `carryOut` is done.
 * @throws JournalError NAUT_JOURNAL_MISSING, NAUT_JOURNAL_KEY
 */
export function planRepair(place: JournalPlace, keys?: JournalKeys): RepairPlan {
  const { found, identity, verification } = examine(place, keys);
  const { findings, snapshots, durable } = verification;
  const own = found.filter(
    ({ header }) => !header || header.format === SINGLE_FILE_FORMAT || header.identity === identity,
  );
  const pieces = own.flatMap((segment) => segment.runs.map((run) => ({ segment, run })));
  const whole = snapshots.filter((one) => one.whole).map(({ record }) => record);
  const { base, chain } = furthest([...whole, 0], pieces);
  const last = chain.at(-1)?.run.last ?? base;
  const first = chain[0]?.run.first ?? last + 1;
  const segments = layOut(place, own, chain, last, findings);
  const kept = new Set(segments.flatMap(({ action, source }) => (action === 'keep' && source ? [source] : [])));
  const torn = findings.find(({ kind, file }) => kind === 'torn' && [...kept].some((one) => one.file === file));
  const oldest = found[0]?.first ?? 1;
  return {
    place,
    findings,
    keeps: chain.length > 0 ? { from: first, to: last } : undefined,
    snapshot: first === 1 ? 0 : base,
    lost: last < durable ? { from: last + 1, to: durable } : undefined,
    lostButReadable: pieces.reduce((sum, { run }) => sum + (run.first > last ? run.last - run.first + 1 : 0), 0),
    lossUnknown: findings.some(({ kind, record, byte }) => kind === 'missing' && (byte > 0 || (record ?? 0) > durable)),
    history: first > oldest ? { from: oldest, to: first - 1 } : undefined,
    cut: torn && {
      file: torn.file,
      byte: torn.byte,
      bytes: (found.find(({ file }) => file === torn.file)?.lastByte ?? 0) - torn.byte,
    },
    aside: [
      ...found.filter((segment) => !kept.has(segment)).map(({ file }) => file),
      ...snapshots.filter((one) => !one.whole).map(({ file }) => file),
    ],
    segments,
    identity: identity || randomInt(1, 2 ** 47),
  };
}

/** Carries a plan out. What is moved aside is not changed, and nothing is removed. @throws JournalError */
export function carryOut(plan: RepairPlan, now = new Date()): RepairResult {
  const { place, cut } = plan;
  const { directory, name } = place;
  if (cut) {
    const fd = fs.openSync(cut.file, 'r+');
    try {
      writeZeros(fd, cut.byte, cut.byte + cut.bytes);
      fs.fsyncSync(fd);
    } catch (error) {
      throw ioError(cut.file, cut.byte, error);
    } finally {
      fs.closeSync(fd);
    }
  }
  let aside: string | undefined;
  const moved = new Map<string, string>();
  if (plan.aside.length > 0) {
    aside = path.join(directory, `${name}.damaged-${now.toISOString().replace(/[:.]/g, '-')}`);
    fs.mkdirSync(aside, { mode: 0o700 });
    // From the newest back: a repair that is interrupted leaves a journal that is refused, not one that passes for whole.
    for (const file of plan.aside.toReversed()) {
      const target = path.join(aside, path.basename(file));
      fs.renameSync(file, target);
      moved.set(file, target);
    }
    syncDirectory(aside);
    syncDirectory(directory);
  }
  for (const segment of plan.segments) {
    if (segment.action !== 'keep') write(plan, segment, moved.get(segment.source?.file ?? ''));
  }
  return { aside };
}

/** The chain of records that ends latest, among those that begin right after one of the bases; the longest of those that end there. */
function furthest(bases: readonly number[], pieces: readonly Piece[]): { base: number; chain: readonly Piece[] } {
  let best: { base: number; chain: readonly Piece[]; last: number } = { base: 0, chain: [], last: -1 };
  for (const base of bases) {
    const start = pieces.findIndex(({ run }) => run.first <= base + 1 && base + 1 <= run.last);
    // A snapshot of the last record has no record after it, and stands for those before it all the same.
    const at = start >= 0 ? start : pieces.findIndex(({ run }) => run.last === base);
    let from = at;
    let to = at;
    while (from > 0 && follows(pieces[from - 1] as Piece, pieces[from] as Piece)) from--;
    while (to >= 0 && to + 1 < pieces.length && follows(pieces[to] as Piece, pieces[to + 1] as Piece)) to++;
    const chain = at < 0 ? [] : pieces.slice(from, to + 1);
    const last = chain.at(-1)?.run.last ?? base;
    if (last > best.last || (last === best.last && chain.length >= best.chain.length)) best = { base, chain, last };
  }
  return best;
}

const follows = (before: Piece, after: Piece): boolean => after.run.first === before.run.last + 1;

function layOut(
  place: JournalPlace,
  found: readonly FoundSegment[],
  chain: readonly Piece[],
  last: number,
  findings: readonly Finding[],
): PlannedSegment[] {
  const segments: PlannedSegment[] = [];
  const plan = (segment: Omit<PlannedSegment, 'file'>) =>
    void segments.push({ ...segment, file: segmentFile(place, segment.number) });
  for (const source of new Set(chain.map(({ segment }) => segment))) {
    const before = segments.at(-1);
    const runs = chain.filter(({ segment }) => segment === source).map(({ run }) => run);
    const first = (runs[0] as Run).first;
    // A segment without a record, that is missing.
    for (let number = (before?.number ?? source.number) + 1; number < source.number; number++)
      plan({ number, action: 'make', first, runs: [] });
    const isWhole = runs.length === source.runs.length && isSound(source, findings);
    plan({ number: source.number, action: isWhole ? 'keep' : 'rewrite', first, runs, source });
  }
  const end = segments.at(-1);
  const next = (end?.number ?? (found[0]?.number ?? 1) - 1) + 1;
  const empty = found.find(
    (one) => one.number === next && one.runs.length === 0 && one.header?.first === last + 1 && isSound(one, findings),
  );
  if (empty) plan({ number: next, action: 'keep', first: last + 1, runs: [], source: empty });
  else if (end === undefined || (end.action === 'keep' && (end.source?.mark?.end ?? 0) > 0))
    plan({ number: next, action: 'make', first: last + 1, runs: [] });
  return segments;
}

/** Whether nothing but a torn tail is wrong with a segment. */
const isSound = ({ file }: FoundSegment, findings: readonly Finding[]): boolean =>
  findings.every((finding) => finding.file !== file || finding.kind === 'torn');

/** Writes a segment anew with the records that were readable, byte by byte as they were. */
function write({ identity }: RepairPlan, { number, file, first, runs, source }: PlannedSegment, from?: string): void {
  const bytes = runs.reduce((sum, run) => sum + run.end - run.start, 0);
  const draft = `${file}.new`;
  const fd = fs.openSync(draft, 'w', 0o600);
  try {
    writeZeros(fd, 0, HEADER_BYTES);
    if (from !== undefined) copy(from, fd, runs);
    fs.fsyncSync(fd);
  } catch (error) {
    throw ioError(draft, 0, error);
  } finally {
    fs.closeSync(fd);
  }
  const old = source?.header;
  const header = {
    segment: number,
    first,
    identity,
    createdAt: old?.createdAt || Date.now(),
    allocated: HEADER_BYTES + bytes,
    key: old?.key ?? NO_KEY,
  };
  fs.closeSync(createSegment(file, header, draft));
}

function copy(from: string, fd: number, runs: readonly Run[]): void {
  const source = fs.openSync(from, 'r');
  try {
    const buffer = new Uint8Array(1 << 20);
    let to = HEADER_BYTES;
    for (const run of runs) {
      for (let at = run.start; at < run.end; ) {
        const read = fs.readSync(source, buffer, 0, Math.min(buffer.length, run.end - at), at);
        for (let done = 0; done < read; ) done += fs.writeSync(fd, buffer, done, read - done, to + done);
        at += read;
        to += read;
      }
    }
  } finally {
    fs.closeSync(source);
  }
}
