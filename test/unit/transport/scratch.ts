import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineLayout } from '@nautilus/core/domain';
import { type Hub, openHub } from '@nautilus/core/transport';

export const Tick = defineLayout('Tick', { sequence: 'f64', value: 'f64', check: 'i32', tag: 'u8' });

export const ticks = (capacity: number, name = 'test.ticks') => ({ name, layout: Tick, capacity });

/** A folder of shared memory and hubs on it, gone after each test. */
export function useHubs(): { directory(): string; hub(): Hub } {
  let directory: string;
  const hubs: Hub[] = [];
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-test-'));
  });
  afterEach(() => {
    for (const hub of hubs.splice(0)) hub.close();
    fs.rmSync(directory, { recursive: true });
  });
  return {
    directory: () => directory,
    hub: () => {
      const hub = openHub({ directory });
      hubs.push(hub);
      return hub;
    },
  };
}

interface TickPublication {
  claim(): { sequence: number } | undefined;
  commit(): void;
}

/** Publishes sequences from..to, each in a commit of its own; returns how many the ring took. */
export function publish(publication: TickPublication, from: number, to: number): number {
  for (let sequence = from; sequence <= to; sequence++) {
    const tick = publication.claim();
    if (!tick) return sequence - from;
    tick.sequence = sequence;
    publication.commit();
  }
  return to - from + 1;
}

/** The sequences that a poll hands over. */
export function sequences(
  subscription: { poll(handler: (tick: { sequence: number }) => void, limit?: number): number },
  limit?: number,
): number[] {
  const seen: number[] = [];
  subscription.poll((tick) => seen.push(tick.sequence), limit);
  return seen;
}
