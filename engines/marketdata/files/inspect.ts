import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BookEventKind, CodedError } from '@nautilus/core/domain';
import { ByteSource } from '../feeds/byte-source';
import { FeedError } from '../feeds/errors';
import type { FeedCounts } from '../feeds/feed';
import { Sequencer } from '../feeds/sequencer';
import { ItchFeed } from '../itch/feed';
import { FileRetransmission } from '../itch/file-retransmission';
import { FramedMessages, type MessageSource } from '../itch/framed-messages';
import { type ItchKind, itchMessages } from '../itch/messages';
import { MoldMessages } from '../itch/mold-messages';
import { Packets } from '../itch/packets';
import { RecordingReader } from '../recording/reader';
import { EventTally } from './event-tally';
import { type FileKind, kindOfFile } from './file-kind';
import { type Progress, paced } from './progress';

export interface Inspection {
  readonly file: string;
  readonly kind: FileKind;
  readonly bytes: number;
  /** Of a recording: its day, its venues, its blocks and what was torn off at its end. */
  readonly recording: {
    readonly session: string;
    readonly layout: string;
    readonly venues: readonly string[];
    readonly blocks: number;
    readonly tornBytes: number;
  } | null;
  /** Of ITCH: how many of each type, and what was met that should not be. */
  readonly messages: {
    readonly count: number;
    readonly types: Readonly<Record<string, number>>;
    readonly counts: FeedCounts;
  } | null;
  readonly events: number;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly longestGap: { readonly fromNs: number; readonly ns: number } | null;
  readonly kinds: Readonly<Record<string, number>>;
  readonly symbols: readonly {
    readonly symbol: string;
    readonly events: number;
    readonly trades: number;
    readonly shares: number;
  }[];
  /** Of the events that could be read; that of a source and of its recording are the same. */
  readonly hash: string;
  /** Why it could not be read to its end. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/** What of a file is read. */
interface Walked {
  readonly recording: Inspection['recording'];
  readonly messages: Inspection['messages'];
}

export interface InspectOptions {
  /** Only these. @default all */
  readonly symbols?: readonly string[];
  /** BinaryFILE of the session, for a capture. */
  readonly retransmission?: string;
}

/**
 * Reads a recording or an ITCH file from its first to its last byte, checksums too.
 *
 * @throws FeedError it cannot be opened, or is neither
 */
export async function inspectFile(
  file: string,
  options: InspectOptions = {},
  progress?: Progress,
): Promise<Inspection> {
  const kind = kindOfFile(file);
  const tally = new EventTally();
  let problem: Inspection['problem'] = null;
  const found = (error: unknown) => {
    if (!(error instanceof CodedError)) throw error;
    problem = { code: error.code, message: error.message };
  };
  const walked =
    kind === 'recording'
      ? walkRecording(file, tally, options, found, paced(progress))
      : await walkItch(file, kind, tally, options, found, paced(progress));
  const { events, startNs, endNs, longestGap, kinds } = tally;
  const symbols = [...tally.symbols].map(([symbol, counts]) => ({ symbol, ...counts }));
  symbols.sort((a, b) => b.events - a.events || (a.symbol < b.symbol ? -1 : 1));
  const { size: bytes } = statSync(file);
  const read = { events, startNs, endNs, longestGap, kinds, symbols, hash: tally.hex() };
  return { file, kind, bytes, ...walked, ...read, problem };
}

function walkRecording(
  file: string,
  tally: EventTally,
  { symbols }: InspectOptions,
  found: (error: unknown) => void,
  tell: Progress,
): Walked {
  const reader = new RecordingReader(file);
  const { header, blocks, tornBytes } = reader;
  const names: string[] = [];
  for (const { id, symbol } of header.instruments) if (symbols?.includes(symbol) ?? true) names[id] = symbol;
  try {
    while (reader.nextTimeNs !== Number.POSITIVE_INFINITY) {
      reader.next();
      const symbol = names[reader.instrument];
      if (symbol !== undefined) tally.add(reader, symbol);
      tell(tally.events, reader.timeNs);
    }
  } catch (error) {
    found(error);
  } finally {
    reader.close();
  }
  const { session, layout, venues } = header;
  return { recording: { session, layout, venues, blocks: blocks.length, tornBytes }, messages: null };
}

/** Gives every symbol that is asked for a number. */
class EverySymbol extends Map<string, { readonly id: number; readonly tickSize: number }> {
  readonly names: string[] = [];

  constructor(private readonly only: readonly string[] | undefined) {
    super();
  }

  override get(symbol: string) {
    if (!(this.only?.includes(symbol) ?? true)) return undefined;
    if (!this.has(symbol)) this.set(symbol, { id: this.names.push(symbol) - 1, tickSize: 1 });
    return super.get(symbol);
  }
}

async function walkItch(
  file: string,
  kind: FileKind,
  tally: EventTally,
  options: InspectOptions,
  found: (error: unknown) => void,
  tell: Progress,
): Promise<Walked> {
  const types: Record<string, number> = {};
  const source = counted(messagesOf(file, kind, options), types);
  const instruments = new EverySymbol(options.symbols);
  const feed = new ItchFeed(source, { instruments, venueOf: () => 0, skip: false, file });
  try {
    for (let next = feed.nextTimeNs; next !== Number.POSITIVE_INFINITY; next = feed.nextTimeNs) {
      if (Number.isNaN(next)) {
        await nextTurn();
        continue;
      }
      feed.take();
      if (feed.kind === BookEventKind.time) continue;
      tally.add(feed, instruments.names[feed.instrument]!);
      tell(tally.events, feed.timeNs);
    }
  } catch (error) {
    found(error);
  } finally {
    feed.close();
  }
  const count = Object.values(types).reduce((sum, each) => sum + each, 0);
  return { recording: null, messages: { count, types, counts: feed.counts } };
}

function messagesOf(file: string, kind: FileKind, { retransmission }: InspectOptions): MessageSource {
  const bytes = new ByteSource(file);
  if (kind === 'itch') return new FramedMessages(bytes);
  if (kind === 'capture') {
    const asked = retransmission === undefined ? {} : { retransmission: new FileRetransmission(retransmission) };
    return new MoldMessages(new Packets(bytes), new Sequencer(asked), file, false);
  }
  bytes.close();
  throw new FeedError({
    code: 'NAUT_FEED_FILE_UNKNOWN',
    message: `${file} is neither a recording nor ITCH: ${kind}`,
    value: kind,
    allowed: 'recording, itch, capture',
    fix: 'record it first (nautilus marketdata record), then inspect the recording',
  });
}

const nameOf = (type: number): string => {
  const letter = String.fromCharCode(type);
  return letter in itchMessages ? `${letter} ${itchMessages[letter as ItchKind].name}` : JSON.stringify(letter);
};

/** The same messages, counted by their types. */
function counted(source: MessageSource, types: Record<string, number>): MessageSource {
  const names = Array.from({ length: 256 }, (_, type) => nameOf(type));
  return Object.create(source, {
    next: {
      value: () => {
        const found = source.next();
        if (found === 'message') {
          const name = names[source.bytes[source.at]!]!;
          types[name] = (types[name] ?? 0) + 1;
        }
        return found;
      },
    },
    close: { value: () => source.close() },
  });
}
