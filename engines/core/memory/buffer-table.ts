import path from 'node:path';
import { Region, RegionKind } from '../transport/region';
import { Alignment } from './allocator';

/** Kinds of buffer, and to how many bytes each must be aligned. A mapping begins at a page, which satisfies all of them. */
export const bufferKinds = {
  unified: Alignment.cacheLine,
  metal: Alignment.metal,
  coreml: Alignment.coreml,
  shared: Alignment.cacheLine,
} as const;
export type BufferKind = keyof typeof bufferKinds;
const kindNames = Object.keys(bufferKinds) as readonly BufferKind[];

/** Buffers and owners of one folder. */
export const BUFFERS = 256;
export const OWNERS = 64;
/** Longest name of a buffer or an owner, bytes. */
export const NAME_BYTES = 64;

const ENTRY_BYTES = 256;
const HEADER_BYTES = 8192;
/** Words of an entry. */
const entry = { state: 0, generation: 1, bytes: 2, kind: 4, holders: 5, nameBytes: 7, name: 8 } as const;
/** The owners' names, behind the identity of the file: words. */
const OWNERS_AT = 256 / 4;
const OWNER_WORDS = 24;
const owner = { pid: 0, nameBytes: 1, name: 2 } as const;

export const State = { free: 0, creating: 1, ready: 2 } as const;
export type State = (typeof State)[keyof typeof State];

/** The file that says which buffers a folder has and who holds them. It has no lock of its own: whoever writes holds the folder's. */
export class BufferTable {
  private readonly words: Int32Array;
  private readonly sizes: Float64Array;

  constructor(directory: string) {
    const { buffer } = Region.open(path.join(directory, 'zero-copy.table'), {
      kind: RegionKind.table,
      layout: 'shared buffers',
      fingerprint: 0x0001_5b0f,
      slotBytes: ENTRY_BYTES,
      slots: BUFFERS,
      headerBytes: HEADER_BYTES,
    });
    this.words = new Int32Array(buffer);
    this.sizes = new Float64Array(buffer);
  }

  /** Entries that are not free. */
  entries(): number[] {
    return Array.from({ length: BUFFERS }, (_, index) => index).filter((index) => this.state(index) !== State.free);
  }

  ready(): number[] {
    return this.entries().filter((index) => this.state(index) === State.ready);
  }

  /** A free entry is of a new generation from now on, and somebody's who makes its buffer. */
  begin(index: number, name: string, bytes: number, kind: BufferKind, holder: number): void {
    const at = wordOf(index);
    this.words[at + entry.generation] = (this.generation(index) + 1) & 0x7fff_ffff;
    this.sizes[(at + entry.bytes) / 2] = bytes;
    this.words[at + entry.kind] = kindNames.indexOf(kind);
    this.writeName(at + entry.nameBytes, at + entry.name, name);
    this.words[at + entry.holders] = this.words[at + entry.holders + 1] = 0;
    this.setHolder(index, holder, true);
    this.setState(index, State.creating);
  }

  state(index: number): State {
    return Atomics.load(this.words, wordOf(index) + entry.state) as State;
  }

  setState(index: number, state: State): void {
    Atomics.store(this.words, wordOf(index) + entry.state, state);
  }

  name(index: number): string {
    const at = wordOf(index);
    return this.readName(at + entry.nameBytes, at + entry.name);
  }

  bytes(index: number): number {
    return this.sizes[(wordOf(index) + entry.bytes) / 2]!;
  }

  kind(index: number): BufferKind {
    return kindNames[this.words[wordOf(index) + entry.kind]!]!;
  }

  generation(index: number): number {
    return this.words[wordOf(index) + entry.generation]!;
  }

  /** Tells a buffer from all others that its entry ever had. */
  token(index: number): number {
    return this.generation(index) * BUFFERS + index;
  }

  /** Numbers of the owners that hold a buffer. */
  holders(index: number): number[] {
    const at = wordOf(index) + entry.holders;
    return Array.from({ length: OWNERS }, (_, holder) => holder).filter(
      (holder) => (this.words[at + (holder >>> 5)]! & (1 << (holder & 31))) !== 0,
    );
  }

  setHolder(index: number, holder: number, holds: boolean): void {
    const at = wordOf(index) + entry.holders + (holder >>> 5);
    const bit = 1 << (holder & 31);
    this.words[at] = holds ? this.words[at]! | bit : this.words[at]! & ~bit;
  }

  owner(holder: number): { readonly owner: string; readonly pid: number } {
    const at = OWNERS_AT + holder * OWNER_WORDS;
    return { owner: this.readName(at + owner.nameBytes, at + owner.name), pid: this.words[at + owner.pid]! };
  }

  setOwner(holder: number, name: string): void {
    const at = OWNERS_AT + holder * OWNER_WORDS;
    this.words[at + owner.pid] = process.pid;
    this.writeName(at + owner.nameBytes, at + owner.name, name);
  }

  private writeName(lengthWord: number, nameWord: number, name: string): void {
    const encoded = Buffer.from(name, 'utf8');
    new Uint8Array(this.words.buffer, nameWord * 4, NAME_BYTES).set(encoded);
    this.words[lengthWord] = encoded.length;
  }

  private readName(lengthWord: number, nameWord: number): string {
    return Buffer.from(this.words.buffer, nameWord * 4, this.words[lengthWord]!).toString('utf8');
  }
}

const wordOf = (index: number): number => (HEADER_BYTES + index * ENTRY_BYTES) / 4;
