import fs from 'node:fs';
import path from 'node:path';
import type { Fields } from '../domain/layout';
import type { TableDefinition, TopicDefinition } from '../domain/topics';
import { ConflatingPublication } from './conflating-publication';
import { ConflatingSubscription } from './conflating-subscription';
import { conflationShape } from './conflation';
import { TransportError } from './errors';
import { JoiningSubscription } from './joining-subscription';
import { RoleLock, RoleProbe } from './lock';
import { LossySubscription } from './lossy-subscription';
import { checkJoinable, checkSubscription, checkTopicName, defaultStart, type SubscribeOptions } from './options';
import type { Publication } from './publication';
import { ReaderDirectory } from './readers';
import { Region, type RegionShape } from './region';
import { register, startPosition } from './registration';
import { ReliableSubscription } from './reliable-subscription';
import { oldestPosition, ringShape, ringWord } from './ring-memory';
import { RingPublication } from './ring-publication';
import { readSnapshot, SnapshotWriter } from './snapshot';
import type { Subscription } from './subscription';
import { TableReader, TableWriter, tableShape } from './table';

export interface HubOptions {
  /** Where the rings are: a folder of a tmpfs that all ends share. Created when missing. */
  readonly directory: string;
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
  /** Opens the end that writes snapshots of a topic for readers that come late. Throws NAUT_TOPIC_BUSY while a live process has it. */
  snapshots<F extends Fields>(topic: TopicDefinition<F>): SnapshotWriter;
  /**
   * Throws when what the open ends share with others was taken away: NAUT_SHARED_MEMORY_REMOVED, NAUT_RING_CORRUPT. A system call an end:
   * for every second, not for every poll.
   */
  verify(): void;
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
  private readonly regions: Region[] = [];
  private closed = false;

  constructor(private readonly directory: string) {}

  publish<F extends Fields>(topic: TopicDefinition<F>): Publication<F> {
    const { buffer } = this.topicRegion(topic);
    const lock = this.takeWriter(topic.name, () => new Int32Array(buffer)[ringWord.writerPid] as number);
    if (topic.backPressure === 'conflate') return this.opened(new ConflatingPublication(topic, buffer, lock));
    const readers = new ReaderDirectory(new Int32Array(buffer), (reader) => this.readerLock(topic.name, reader));
    return this.opened(new RingPublication(topic, buffer, readers, lock));
  }

  subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Subscription<F> {
    checkSubscription(topic, options);
    return this.opened(options.restore ? this.join(topic, options, options.restore) : this.read(topic, options));
  }

  private read<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Subscription<F> {
    const { name, reliable = false, from = defaultStart(topic, reliable), evictAfterMs = 0 } = options;
    const { buffer } = this.topicRegion(topic);
    const words = new Int32Array(buffer);
    const writer = new RoleProbe(this.writerLock(topic.name));
    if (topic.backPressure === 'conflate') return new ConflatingSubscription(topic, buffer, from === 'oldest', writer);
    if (!reliable && from !== 'cursor') {
      return new LossySubscription(topic, buffer, startPosition(words, topic.capacity, from), writer);
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
      return reliable
        ? new ReliableSubscription(topic, buffer, registration, lock, options.acknowledge === 'manual', writer)
        : new LossySubscription(topic, buffer, registration.position, writer, { index: registration.index, lock });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** A reader starts with the oldest message when the snapshot that is there reaches it, so that it need not wait for another. */
  private join<F extends Fields>(
    topic: TopicDefinition<F>,
    options: SubscribeOptions,
    restore: (state: Uint8Array, position: number) => void,
  ): Subscription<F> {
    const region = this.topicRegion(topic);
    const words = new Int32Array(region.buffer);
    const load = () => readSnapshot(this.file(topic.name, 'snapshot'), region.instance);
    const reaches = (load()?.position ?? -1) >= oldestPosition(words, topic.capacity);
    const inner = this.read(topic, { ...options, from: reaches ? 'oldest' : 'newest' });
    return new JoiningSubscription(inner, words, topic.capacity, load, restore);
  }

  snapshots<F extends Fields>(topic: TopicDefinition<F>): SnapshotWriter {
    checkJoinable(topic);
    const { buffer, instance } = this.topicRegion(topic);
    const lock = RoleLock.take(this.file(topic.name, 'snapshot.lock'));
    if (!lock) {
      throw new TransportError({
        code: 'NAUT_TOPIC_BUSY',
        message: `a live process already writes the snapshots of ${topic.name}`,
        fix: 'stop the other process, or let it write them',
      });
    }
    return this.opened(new SnapshotWriter(this.file(topic.name, 'snapshot'), new Int32Array(buffer), instance, lock));
  }

  table<F extends Fields>(table: TableDefinition<F>): TableWriter<F> {
    const { buffer } = this.region(table.name, 'table', tableShape(table));
    const lock = this.takeWriter(table.name, () => 0);
    return this.opened(new TableWriter(table, buffer, lock));
  }

  openTable<F extends Fields>(table: TableDefinition<F>): TableReader<F> {
    return new TableReader(table, this.region(table.name, 'table', tableShape(table)).buffer);
  }

  verify(): void {
    for (const region of this.regions) region.verify();
  }

  close(): void {
    this.closed = true;
    for (const end of this.ends) end.close();
    this.ends.clear();
    this.regions.length = 0;
  }

  private region(name: string, suffix: string, shape: RegionShape): Region {
    const region = Region.open(this.file(name, suffix), shape);
    this.regions.push(region);
    return region;
  }

  private topicRegion<F extends Fields>(topic: TopicDefinition<F>): Region {
    return this.region(
      topic.name,
      'ring',
      topic.backPressure === 'conflate' ? conflationShape(topic) : ringShape(topic),
    );
  }

  private opened<T extends { close(): void }>(end: T): T {
    this.ends.add(end);
    return end;
  }

  private file(name: string, suffix: string): string {
    if (this.closed) {
      throw new TransportError({ code: 'NAUT_HUB_CLOSED', message: `${name} was opened after the hub was closed` });
    }
    checkTopicName(name);
    return path.join(this.directory, `${name}.${suffix}`);
  }

  private readerLock(topic: string, reader: string): string {
    return path.join(this.directory, `${topic}.reader.${reader}.lock`);
  }

  private writerLock(name: string): string {
    return this.file(name, 'writer.lock');
  }

  private takeWriter(name: string, pid: () => number): RoleLock {
    const lock = RoleLock.take(this.writerLock(name));
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
