import { dataAfterLength, fieldOf, Tag, timeOf, wellFormed } from './fields';
import { messages } from './messages';

export const SOH = '\x01';

/** SessionRejectReason of FIX 4.4. */
export const RejectReason = {
  invalidTagNumber: 0,
  requiredTagMissing: 1,
  tagNotDefinedForMessage: 2,
  tagWithoutValue: 4,
  valueIncorrect: 5,
  badFormat: 6,
  compIdProblem: 9,
  sendingTimeAccuracy: 10,
  invalidMsgType: 11,
  repeatedTag: 13,
  incorrectGroupCount: 16,
} as const;

/** What is wrong with a message whose frame is right. */
export interface Problem {
  /** SessionRejectReason */
  readonly reason: number;
  readonly tag: number;
  readonly text: string;
}

/** Fields in the order in which they came. */
export class Fields {
  constructor(
    readonly tags: readonly number[],
    readonly values: readonly string[],
  ) {}

  /** Of a body as the message store keeps it. */
  static of(body: string): Fields {
    return split(body, (tags, values) => new Fields(tags, values));
  }

  get(tag: number): string | undefined {
    return this.values[this.tags.indexOf(tag)];
  }

  /** A value that validation has found to be there. */
  text(tag: number): string {
    return this.get(tag) ?? '';
  }

  /** NaN when it is not there. */
  number(tag: number): number {
    return Number(this.get(tag) ?? Number.NaN);
  }

  flag(tag: number): boolean {
    return this.get(tag) === 'Y';
  }
}

/** A message that came in one piece. */
export class FixMessage extends Fields {
  get type(): string {
    return this.text(Tag.MsgType);
  }

  get sequence(): number {
    return this.number(Tag.MsgSeqNum);
  }

  /** Milliseconds since 1970; NaN when it is not there or not a time. */
  get sendingTime(): number {
    const text = this.text(Tag.SendingTime);
    return wellFormed('UTCTimestamp', text) ? timeOf(text) : Number.NaN;
  }

  /** The entries of a repeating group that `problem` has found to be whole. */
  entries(counter: number): Fields[] {
    const { tags, values } = this;
    const definition = messages.get(this.type)?.groupTags.get(counter);
    const from = tags.indexOf(counter) + 1;
    if (definition === undefined || from === 0) return [];
    const entries: Fields[] = [];
    let start = from;
    for (let at = from; at <= tags.length; at++) {
      const tag = tags[at] as number;
      const inside = at < tags.length && definition.includes(tag);
      if (at > start && (tag === definition[0] || !inside)) {
        entries.push(new Fields(tags.slice(start, at), values.slice(start, at)));
        start = at;
      }
      if (!inside) break;
    }
    return entries;
  }

  /** What the message's definition does not allow; undefined when it is sound. */
  problem(): Problem | undefined {
    const { tags, values } = this;
    const definition = messages.get(this.type);
    if (definition === undefined) return undefined;
    const { knownTags, requiredTags, groupTags } = definition;
    const seen = new Set<number>();
    let entry: readonly number[] | undefined;
    for (let at = 0; at < tags.length; at++) {
      const tag = tags[at] as number;
      const value = values[at] as string;
      const wrong = wrongValue(tag, value);
      if (wrong !== undefined) return wrong;
      if (entry?.includes(tag)) continue;
      entry = groupTags.get(tag);
      // User-defined fields are for those who know them.
      if (tag >= 5000 && tag <= 9999) continue;
      if (!knownTags.has(tag))
        return {
          reason: RejectReason.tagNotDefinedForMessage,
          tag,
          text: `tag ${tag} is not supported in ${definition.name}`,
        };
      if (seen.has(tag)) return { reason: RejectReason.repeatedTag, tag, text: `tag ${tag} appears twice` };
      seen.add(tag);
    }
    for (const tag of requiredTags)
      if (!seen.has(tag))
        return {
          reason: RejectReason.requiredTagMissing,
          tag,
          text: `${definition.name} needs ${fieldOf(tag)?.name} (${tag})`,
        };
    for (const counter of groupTags.keys())
      if (seen.has(counter) && this.entries(counter).length !== this.number(counter))
        return {
          reason: RejectReason.incorrectGroupCount,
          tag: counter,
          text: `${fieldOf(counter)?.name} is ${this.text(counter)}, the group has ${this.entries(counter).length} entries`,
        };
    return undefined;
  }

  override toString(): string {
    return this.tags.map((tag, at) => `${tag}=${this.values[at]}`).join('|');
  }
}

function wrongValue(tag: number, value: string): Problem | undefined {
  if (!(tag > 0)) return { reason: RejectReason.invalidTagNumber, tag: 0, text: 'a tag is not a number' };
  if (value === '') return { reason: RejectReason.tagWithoutValue, tag, text: `tag ${tag} has no value` };
  const field = fieldOf(tag);
  if (field === undefined || wellFormed(field.type, value)) return undefined;
  return { reason: RejectReason.badFormat, tag, text: `${field.name} (${tag}) is "${value}", not a ${field.type}` };
}

/** Reads the fields of a whole frame, from `8=` to the SOH behind the checksum, as Latin-1 text. */
export const parse = (frame: string): FixMessage => split(frame, (tags, values) => new FixMessage(tags, values));

function split<T>(frame: string, make: (tags: number[], values: string[]) => T): T {
  const tags: number[] = [];
  const values: string[] = [];
  for (let at = 0; at < frame.length; ) {
    const equals = frame.indexOf('=', at);
    const end = frame.indexOf(SOH, at);
    if (equals < 0 || equals > end) {
      // No tag: kept as tag 0, which is refused.
      tags.push(0);
      values.push(frame.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? frame.length : end + 1;
      continue;
    }
    const tag = tagNumber(frame, at, equals);
    const last = dataAfterLength.get(tags.at(-1) ?? 0) === tag ? equals + 1 + Number(values.at(-1)) : end;
    const stop = frame[last] === SOH ? last : end;
    tags.push(tag);
    values.push(frame.slice(equals + 1, stop));
    at = stop + 1;
  }
  return make(tags, values);
}

/** Digits from `at` to `end` as a number, 0 when they are no tag. */
function tagNumber(text: string, at: number, end: number): number {
  let tag = 0;
  if (end - at > 9 || end === at || text[at] === '0') return 0;
  for (let digit = at; digit < end; digit++) {
    const code = text.charCodeAt(digit) - 48;
    if (code < 0 || code > 9) return 0;
    tag = tag * 10 + code;
  }
  return tag;
}
