import fs from 'node:fs';
import path from 'node:path';
import { RoleLock } from '../transport/lock';
import { mapShared, tryLockFile, unlockFile } from '../transport/native';
import { BUFFERS, type BufferKind, BufferTable, NAME_BYTES, OWNERS, State } from './buffer-table';
import { MemoryError } from './errors';
import { SharedBuffer } from './shared-buffer';

/** A lock of the table is held for microseconds; a process that holds it longer hangs. */
const LOCK_PATIENCE_MS = 5000;

interface SharedBuffersOptions {
  /** A folder of a tmpfs that all processes or containers share. Created when missing. */
  readonly directory: string;
  /** Who holds what is made or opened here, for people: the service. */
  readonly owner: string;
  /** Counts the bytes of the buffers that are made here: a manager's region `cross-container`. */
  readonly account?: { reserve(bytes: number): void; release(bytes: number): void };
}

interface SharedBufferState {
  readonly name: string;
  readonly bytes: number;
  readonly kind: BufferKind;
  readonly token: number;
  /** Who holds it; a process that died without releasing it is found by `sweep`. */
  readonly holders: readonly { readonly owner: string; readonly pid: number; readonly alive: boolean }[];
}

/**
 * Buffers that are made in one process and read in another without a copy: both map the same pages. A buffer lives as long as
 * somebody holds it.
 *
 * Who lives is a file lock, which the kernel drops with its process however that ends, and which works between containers, where process
 * ids mean nothing. What a dead process held is released by the next one that creates, opens or sweeps. Each step of making and
 * removing a buffer leaves a table that the next process can go on with, so that a kill between any two is harmless.
 *
 * Who may write when is for both ends to agree: a buffer has no lock and no order of its own. Hand it over in a message of a topic
 * (by `token`): what was written before the message was committed is seen by who reads it afterwards.
 */
export class SharedBuffers {
  private readonly table: BufferTable;
  private readonly held = new Map<number, SharedBuffer>();
  private ownIndex = -1;
  private ownLock: number | undefined;

  private constructor(private readonly options: SharedBuffersOptions) {
    this.table = new BufferTable(options.directory);
  }

  /** @throws MemoryError NAUT_MEMORY_BUFFERS_FULL when 64 processes hold buffers, NAUT_MEMORY_BUFFER_NAME */
  static in(options: SharedBuffersOptions): SharedBuffers {
    checkName('owner', options.owner);
    fs.mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const buffers = new SharedBuffers(options);
    buffers.locked(() => buffers.register());
    return buffers;
  }

  /**
   * Makes a buffer, all zeros, and holds it.
   *
   * @throws MemoryError NAUT_MEMORY_BUFFER_EXISTS, NAUT_MEMORY_BUFFER_NAME, NAUT_MEMORY_BUFFERS_FULL, NAUT_MEMORY_SIZE, NAUT_MEMORY_BUDGET
   */
  create(name: string, bytes: number, kind: BufferKind = 'unified'): SharedBuffer {
    checkName('buffer', name);
    if (!(Number.isInteger(bytes) && bytes > 0 && bytes <= 2 ** 31))
      throw new MemoryError({
        code: 'NAUT_MEMORY_SIZE',
        message: `the shared buffer ${name} would have ${bytes} bytes; allowed are whole numbers from 1 to 2147483648`,
        fix: 'split what is larger into several buffers',
      });
    this.options.account?.reserve(bytes);
    let index = -1;
    try {
      index = this.locked(() => this.reserve(name, bytes, kind));
      this.fill(index, name, bytes);
      const memory = this.map(index, bytes);
      this.locked(() => this.table.setState(index, State.ready));
      return this.hold(new SharedBuffer(this, name, kind, this.table.token(index), memory, bytes));
    } catch (error) {
      this.options.account?.release(bytes);
      if (index >= 0) this.locked(() => this.letGo(index, this.ownIndex));
      throw error;
    }
  }

  /** Opens and holds a buffer that another process, or this one, made. @throws MemoryError NAUT_MEMORY_BUFFER_UNKNOWN, NAUT_MEMORY_BUFFER_DAMAGED */
  open(name: string): SharedBuffer {
    return this.openAt(
      () => this.table.ready().find((index) => this.table.name(index) === name) ?? -1,
      `there is no shared buffer "${name}"`,
    );
  }

  /** The same by the number that stands for the buffer in a message: one that was removed is never mistaken for a later one. */
  openToken(token: number): SharedBuffer {
    const index = token % BUFFERS;
    const there = () => (this.table.state(index) === State.ready && this.table.token(index) === token ? index : -1);
    return this.openAt(there, `the shared buffer of token ${token} was released by all who held it`);
  }

  list(): SharedBufferState[] {
    return this.locked(() => this.table.ready().map((index) => this.stateOf(index)));
  }

  /** Releases what dead processes hold, and removes the buffers that nobody holds: how many. */
  sweep(): number {
    return this.locked(() => this.releaseDead());
  }

  /** Releases everything that is held here. */
  close(): void {
    for (const buffer of [...this.held.values()]) buffer.forceRelease();
    if (this.ownLock !== undefined) fs.closeSync(this.ownLock);
    this.ownLock = undefined;
  }

  /** For `SharedBuffer` alone. */
  released(buffer: SharedBuffer): void {
    const index = buffer.token % BUFFERS;
    this.held.delete(index);
    this.locked(() => this.letGo(index, this.ownIndex));
    if (buffer.made) this.options.account?.release(buffer.bytes);
  }

  private openAt(find: () => number, complaint: string): SharedBuffer {
    const index = this.locked(() => {
      const found = find();
      if (found >= 0) this.table.setHolder(found, this.ownIndex, true);
      return found;
    });
    if (index < 0)
      throw new MemoryError({
        code: 'NAUT_MEMORY_BUFFER_UNKNOWN',
        message: complaint,
        fix: `open it while somebody holds it; here are: ${
          this.list()
            .map((buffer) => buffer.name)
            .join(', ') || 'none'
        }`,
      });
    const known = this.held.get(index);
    if (known) return known.again();
    const { name, kind, bytes, token } = this.stateOf(index);
    try {
      return this.hold(new SharedBuffer(this, name, kind, token, this.map(index, bytes), bytes, false));
    } catch (error) {
      this.locked(() => this.letGo(index, this.ownIndex));
      throw error;
    }
  }

  private hold(buffer: SharedBuffer): SharedBuffer {
    this.held.set(buffer.token % BUFFERS, buffer);
    return buffer;
  }

  /** Takes a number that no living process has. With the table locked. */
  private register(): void {
    for (let index = 0; index < OWNERS; index++) {
      const fd = this.openOwner(index);
      if (!tryLockFile(fd)) {
        fs.closeSync(fd);
        continue;
      }
      // Whoever had the number is dead: what it held is released before the number is used again.
      for (const buffer of this.table.entries()) this.letGo(buffer, index);
      this.table.setOwner(index, this.options.owner);
      this.ownIndex = index;
      this.ownLock = fd;
      this.releaseDead();
      return;
    }
    throw new MemoryError({
      code: 'NAUT_MEMORY_BUFFERS_FULL',
      message: `${OWNERS} processes hold shared buffers in ${this.options.directory}, the most that there can be`,
      fix: 'open `SharedBuffers` once a process; stop processes that are not needed',
    });
  }

  /** An entry for a new buffer. With the table locked. */
  private reserve(name: string, bytes: number, kind: BufferKind): number {
    this.releaseDead();
    let index = -1;
    for (let at = BUFFERS - 1; at >= 0; at--) {
      if (this.table.state(at) === State.free) index = at;
      else if (this.table.name(at) === name)
        throw new MemoryError({
          code: 'NAUT_MEMORY_BUFFER_EXISTS',
          message: `there is a shared buffer "${name}" already, held by ${this.stateOf(at)
            .holders.map((holder) => holder.owner)
            .join(', ')}`,
          fix: 'open it, or choose another name; it goes when nobody holds it',
        });
    }
    if (index < 0)
      throw new MemoryError({
        code: 'NAUT_MEMORY_BUFFERS_FULL',
        message: `there are ${BUFFERS} shared buffers in ${this.options.directory}, the most that there can be`,
        fix: 'release buffers, or put several tables into one',
      });
    this.table.begin(index, name, bytes, kind, this.ownIndex);
    return index;
  }

  /** Writes the whole file, zeros included: on tmpfs a page that cannot be had later would kill the process (SIGBUS). */
  private fill(index: number, name: string, bytes: number): void {
    const fd = fs.openSync(this.file(index), 'w', 0o600);
    try {
      const zeros = Buffer.alloc(Math.min(bytes, 1 << 20));
      for (let at = 0; at < bytes; ) at += fs.writeSync(fd, zeros, 0, Math.min(zeros.length, bytes - at), at);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') throw cause;
      throw new MemoryError({
        code: 'NAUT_MEMORY_BUFFERS_FULL',
        message: `${this.options.directory} has no room for the ${bytes} bytes of the shared buffer ${name} (${code})`,
        fix: 'give the shared-memory file system more space (Docker: the size of the tmpfs volume), or release buffers',
        cause,
      });
    } finally {
      fs.closeSync(fd);
    }
  }

  private map(index: number, bytes: number): ArrayBuffer {
    const file = this.file(index);
    const damaged = (what: string) =>
      new MemoryError({
        code: 'NAUT_MEMORY_BUFFER_DAMAGED',
        message: `${file} ${what}; the buffer has ${bytes} bytes`,
        fix: 'leave the files of shared memory alone while engines run; stop who holds the buffer, and it is made anew',
      });
    let fd: number;
    try {
      fd = fs.openSync(file, 'r+');
    } catch (cause) {
      throw damaged(`cannot be opened (${(cause as NodeJS.ErrnoException).code})`);
    }
    try {
      const { size } = fs.fstatSync(fd);
      if (size !== bytes) throw damaged(`is ${size} bytes long`);
      return mapShared(fd, bytes);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Takes a holder's bit; without any other the buffer goes. With the table locked. */
  private letGo(index: number, holder: number): boolean {
    this.table.setHolder(index, holder, false);
    if (this.table.state(index) === State.free || this.table.holders(index).length > 0) return false;
    // The file first: an entry without a file can be freed by the next one, a file without an entry would never be found.
    fs.rmSync(this.file(index), { force: true });
    this.table.setState(index, State.free);
    return true;
  }

  private releaseDead(): number {
    let removed = 0;
    const alive = new Map<number, boolean>();
    for (const index of this.table.entries()) {
      for (const holder of this.table.holders(index)) {
        if (holder === this.ownIndex) continue;
        if (!alive.has(holder)) alive.set(holder, this.lives(holder));
        if (!alive.get(holder) && this.letGo(index, holder)) removed++;
      }
      if (this.table.holders(index).length === 0 && this.letGo(index, this.ownIndex)) removed++;
    }
    return removed;
  }

  private lives(index: number): boolean {
    if (index === this.ownIndex) return true;
    const fd = this.openOwner(index);
    try {
      if (!tryLockFile(fd)) return true;
      unlockFile(fd);
      return false;
    } finally {
      fs.closeSync(fd);
    }
  }

  private openOwner(index: number): number {
    const file = path.join(this.options.directory, `zero-copy.owner-${index}`);
    return fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  }

  /** Runs an action while no other process changes the table. */
  private locked<T>(action: () => T): T {
    const file = path.join(this.options.directory, 'zero-copy.lock');
    const until = performance.now() + LOCK_PATIENCE_MS;
    for (;;) {
      const lock = RoleLock.take(file);
      if (lock) {
        try {
          return action();
        } finally {
          lock.release();
        }
      }
      if (performance.now() > until)
        throw new MemoryError({
          code: 'NAUT_MEMORY_BUFFERS_BUSY',
          message: `another process holds ${file} for more than ${LOCK_PATIENCE_MS} ms`,
          fix: 'find the process that hangs (fuser names it) and end it: the kernel drops its lock',
        });
    }
  }

  private stateOf(index: number): SharedBufferState {
    const { table } = this;
    return {
      name: table.name(index),
      bytes: table.bytes(index),
      kind: table.kind(index),
      token: table.token(index),
      holders: table.holders(index).map((holder) => ({ ...table.owner(holder), alive: this.lives(holder) })),
    };
  }

  private file(index: number): string {
    return path.join(this.options.directory, `zero-copy.${index}.${this.table.generation(index)}`);
  }
}

function checkName(what: string, name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= NAME_BYTES) return;
  throw new MemoryError({
    code: 'NAUT_MEMORY_BUFFER_NAME',
    message: `"${name}" is no name for a ${what} of shared buffers`,
    fix: `use 1 to ${NAME_BYTES} letters, digits, dots, dashes and underscores, a letter or digit first`,
  });
}
