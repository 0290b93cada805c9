import fs from 'node:fs';
import path from 'node:path';
import type { Fields } from '../domain/layout';
import type { TableDefinition, TopicDefinition } from '../domain/topics';
import { TransportError } from './errors';
import { RoleLock } from './lock';
import { LossySubscription } from './lossy-subscription';
import { Publication } from './publication';
import { ReaderDirectory } from './readers';
import { openRegion } from './region';
import { register, type StartFrom, startPosition } from './registration';
import { ReliableSubscription } from './reliable-subscription';
import { MAX_READER_NAME_BYTES, ringShape, ringWord } from './ring-memory';
import type { Subscription } from './subscription';
import { TableReader, TableWriter, tableShape } from './table';

export interface HubOptions {
  /** Where the rings are: a folder of a tmpfs that all ends share. Created when missing. */
  readonly directory: string;
}

export interface SubscribeOptions {
  /** A registered reader's cursor is kept under this name; one live process may have it. */
  readonly name: string;
  /** The writer waits for this reader, also while it is dead. @default false */
  readonly reliable?: boolean;
  /**
   * The first message: the next one to come, the oldest that is still there, or the one at which the reader of this name stopped (the next
   * one for a new name). @default 'cursor' for a reliable reader, 'newest' for another
   */
  readonly from?: StartFrom;
  /** A reliable reader that is dead for this long and holds the writer back is given up; it is told what it missed when it returns. @default never */
  readonly evictAfterMs?: number;
  /**
   * `manual`: the cursor moves only by `acknowledge`, so that a message whose effect is not durable yet comes again after a crash.
   * Reliable readers only. @default 'automatic'
   */
  readonly acknowledge?: 'automatic' | 'manual';
}

/** Every topic and table of one platform, as files of shared memory in one folder. */
export interface Hub {
  /** Opens the writing end. Throws NAUT_TOPIC_BUSY while a live writer has it. */
  publish<F extends Fields>(topic: TopicDefinition<F>): Publication<F>;
  /** Opens a reading end; the ring is created when the writer has not come yet. */
  subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Subscription<F>;
  /** Opens the writing end of a table. Throws NAUT_TOPIC_BUSY while a live writer has it. */
  table<F extends Fields>(table: TableDefinition<F>): TableWriter<F>;
  openTable<F extends Fields>(table: TableDefinition<F>): TableReader<F>;
  /** Closes all ends. What is in the rings stays. */
  close(): void;
}

export function openHub(options: HubOptions): Hub {
  fs.mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  return new SharedMemoryHub(options.directory);
}

/** Waiting for the lock of a directory of readers, which is held for microseconds. */
const DIRECTORY_ATTEMPTS = 50;

class SharedMemoryHub implements Hub {
  private readonly ends = new Set<{ close(): void }>();
  private closed = false;

  constructor(private readonly directory: string) {}

  publish<F extends Fields>(topic: TopicDefinition<F>): Publication<F> {
    const buffer = openRegion(this.file(topic.name, 'ring'), ringShape(topic));
    const lock = this.takeWriter(topic.name, () => new Int32Array(buffer)[ringWord.writerPid] as number);
    const readers = new ReaderDirectory(new Int32Array(buffer), (reader) => this.readerLock(topic.name, reader));
    return this.opened(new Publication(topic, buffer, readers, lock));
  }

  subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Subscription<F> {
    const { name, reliable = false, from = reliable ? 'cursor' : 'newest', evictAfterMs = 0 } = options;
    checkName('reader', name);
    if (options.acknowledge === 'manual' && !reliable) {
      throw new TransportError({
        code: 'NAUT_ACKNOWLEDGE',
        message: `reader "${name}" of ${topic.name} wants to acknowledge by hand but is not reliable`,
        fix: 'subscribe with reliable: true',
      });
    }
    const buffer = openRegion(this.file(topic.name, 'ring'), ringShape(topic));
    const words = new Int32Array(buffer);
    if (!reliable && from !== 'cursor') {
      return this.opened(new LossySubscription(topic, buffer, startPosition(words, topic.capacity, from)));
    }
    const lock = RoleLock.take(this.readerLock(topic.name, name));
    if (!lock) {
      throw new TransportError({
        code: 'NAUT_READER_BUSY',
        message: `${topic.name} already has a live reader "${name}"`,
        fix: 'stop the other process, or read under another name',
      });
    }
    try {
      const registration = this.withReaders(topic.name, () =>
        register(words, topic.capacity, { name, reliable, from, evictAfterMs }),
      );
      return this.opened(
        reliable
          ? new ReliableSubscription(topic, buffer, registration, lock, options.acknowledge === 'manual')
          : new LossySubscription(topic, buffer, registration.position, { index: registration.index, lock }),
      );
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  table<F extends Fields>(table: TableDefinition<F>): TableWriter<F> {
    const buffer = openRegion(this.file(table.name, 'table'), tableShape(table));
    const lock = this.takeWriter(table.name, () => 0);
    return this.opened(new TableWriter(table, buffer, lock));
  }

  openTable<F extends Fields>(table: TableDefinition<F>): TableReader<F> {
    return new TableReader(table, openRegion(this.file(table.name, 'table'), tableShape(table)));
  }

  close(): void {
    this.closed = true;
    for (const end of this.ends) end.close();
    this.ends.clear();
  }

  private opened<T extends { close(): void }>(end: T): T {
    this.ends.add(end);
    return end;
  }

  private file(name: string, suffix: string): string {
    if (this.closed) {
      throw new TransportError({ code: 'NAUT_HUB_CLOSED', message: `${name} was opened after the hub was closed` });
    }
    checkName('topic', name);
    return path.join(this.directory, `${name}.${suffix}`);
  }

  private readerLock(topic: string, reader: string): string {
    return path.join(this.directory, `${topic}.reader.${reader}.lock`);
  }

  private takeWriter(name: string, pid: () => number): RoleLock {
    const lock = RoleLock.take(this.file(name, 'writer.lock'));
    if (lock) return lock;
    throw new TransportError({
      code: 'NAUT_TOPIC_BUSY',
      message: `${name} already has a live writer${pid() ? ` (process ${pid()}, as numbered in its container)` : ''}; a topic has one`,
      fix: 'stop the other process; look whether a second platform uses the same shared-memory folder',
    });
  }

  /** With the lock of the ring's directory of readers, which nobody holds for long. */
  private withReaders<T>(topic: string, action: () => T): T {
    for (let attempt = 0; attempt < DIRECTORY_ATTEMPTS; attempt++) {
      const lock = RoleLock.take(this.file(topic, 'readers.lock'));
      if (!lock) continue;
      try {
        return action();
      } finally {
        lock.release();
      }
    }
    throw new TransportError({
      code: 'NAUT_READER_BUSY',
      message: `the directory of readers of ${topic} stayed locked for a second`,
      fix: 'look for a process that is stopped (state T) while it subscribes, and end it',
    });
  }
}

function checkName(what: string, name: string): void {
  if (/^[a-z0-9][A-Za-z0-9._-]*$/.test(name) && Buffer.byteLength(name) <= MAX_READER_NAME_BYTES) return;
  throw new TransportError({
    code: 'NAUT_TOPIC_INVALID',
    message: `"${name}" is not a ${what} name; allowed are letters, digits, ".", "_" and "-", at most ${MAX_READER_NAME_BYTES} characters`,
    fix: 'choose another name',
  });
}
