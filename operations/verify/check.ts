import type { Platform } from './platform/platform';

/** not-applicable: this platform cannot have it, for a reason that is said; unknown: nobody could be asked, which is no proof. */
export type Verdict = 'pass' | 'fail' | 'not-applicable' | 'unknown';

/** What one reading comes to. */
export interface Judgement {
  readonly verdict: Verdict;
  /** What was read, in a few words. Never a secret. */
  readonly reading: string;
  /** Why it is not a pass. */
  readonly reason?: string;
}

/** One thing that the requirements say can be verified. */
export interface Check {
  /** `subject/what`: stable, unique. */
  readonly id: string;
  /** Where the requirements ask for it: a heading of P (platform-optimization) or U (unified-memory), or a row of their README. */
  readonly source: string;
  /** The command as the requirements write it, where they write one. */
  readonly command?: string;
  readonly what: string;
  readonly expectation: string;
  /** Enters orders. */
  readonly trades: boolean;
  /** Loads the machine: nothing else is read meanwhile. */
  readonly alone: boolean;
  /** Why this platform cannot have it; undefined: it can. */
  readonly unavailable: (platform: Platform) => string | undefined;
  /** Reads and judges. Throws {@link Red} where the reading itself is the failure; any other error means unknown. */
  readonly look: (platform: Platform) => Promise<Judgement>;
}

/** A check as its file writes it: reading and judging apart, so that each can be tested with the other's plain values. */
export interface CheckProps<Reading> extends Pick<Check, 'id' | 'source' | 'command' | 'what' | 'expectation'> {
  /** @default false */
  readonly trades?: boolean;
  /** @default false */
  readonly alone?: boolean;
  /** @default every platform can have it */
  readonly unavailable?: Check['unavailable'];
  readonly read: (platform: Platform) => Promise<Reading>;
  readonly judge: (reading: Reading, platform: Platform) => Judgement;
}

export function check<Reading>({
  read,
  judge,
  trades = false,
  alone = false,
  unavailable = () => undefined,
  ...described
}: CheckProps<Reading>): Check {
  const look = async (platform: Platform) => judge(await read(platform), platform);
  return { ...described, trades, alone, unavailable, look };
}

/** What was read is the failure: no answer, an answer of another shape. */
export class Red extends Error {
  constructor(
    readonly reading: string,
    reason: string,
  ) {
    super(reason);
  }
}

export const pass = (reading: string): Judgement => ({ verdict: 'pass', reading });
export const fail = (reading: string, reason: string): Judgement => ({ verdict: 'fail', reading, reason });
export const notApplicable = (reason: string): Judgement => ({ verdict: 'not-applicable', reading: '', reason });
export const unknown = (reason: string): Judgement => ({ verdict: 'unknown', reading: '', reason });

/** Passes unless there is something to complain about; the complaints are the reason. What is false or undefined is none. */
export function unless(complaints: readonly (string | false | undefined)[], reading: string): Judgement {
  const real = complaints.filter((complaint) => typeof complaint === 'string');
  return real.length === 0 ? pass(reading) : fail(reading, some(real));
}

/** The first few of many, with how many there are. */
export const some = (texts: readonly string[], most = 4): string =>
  texts.length <= most ? texts.join('; ') : `${texts.slice(0, most).join('; ')}; and ${texts.length - most} more`;
