import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import type { Measure } from '../harness/sides';
import type { Absent } from '../result';
import { ExchangeCore, type ExchangeCoreBook } from './exchange-core';
import { FLOW_STRIDE, FlowKind } from './flow';

const ROUNDS = 6;

export interface ContestProps {
  /** Names the flow's file. */
  readonly name: string;
  readonly flow: Int32Array;
  /** Most orders that rest at a time. */
  readonly capacity: number;
  /** Commands at the beginning that are not measured. @default 0 */
  readonly skip?: number;
  /** Trades, rejects, filled, live and best prices as another program counted them. @default those of the first book */
  readonly counts?: string;
}

/** Books that are given the same flow, each in a process of its own; a speed counts only where the results are equal. */
export class Contest {
  private readonly file: string;
  private readonly capacity: number;
  private readonly skip: number;
  private counts: string | undefined;

  constructor(
    private readonly programs: ContestPrograms,
    { name, flow, capacity, skip = 0, counts }: ContestProps,
  ) {
    this.file = path.join(programs.directory, `${name}.bin`);
    fs.writeFileSync(this.file, new Uint8Array(flow.buffer, flow.byteOffset, flow.byteLength));
    this.capacity = capacity;
    this.skip = skip;
    this.counts = counts;
  }

  /**
   * A book of `books`, commands a second.
   * @param rounds times that the flow is replayed; the second half is measured
   */
  inNode(book: string, rounds = ROUNDS): Measure {
    return () => this.check(book, figuresOf(process.execPath, [this.programs.node, book, ...this.replay(rounds)]));
  }

  inC(rounds = ROUNDS): Measure | Absent {
    const { floor } = this.programs;
    return typeof floor === 'string' ? () => this.check('C', figuresOf(floor, this.replay(rounds))) : floor;
  }

  inJava(book: ExchangeCoreBook, rounds = ROUNDS): Measure | Absent {
    const { java } = this.programs;
    const side = `exchange-core, ${book}`;
    return java instanceof ExchangeCore
      ? () => this.check(side, java.replay(book, this.replay(rounds)))
      : { ...java, side };
  }

  private replay(rounds: number): string[] {
    return [this.file, rounds, this.capacity, this.skip].map(String);
  }

  private check(book: string, [speed, counts]: number[][]): number {
    const told = counts!.join(' ');
    this.counts ??= told;
    if (told !== this.counts) throw new Error(`${book} makes ${told} of the flow, another book ${this.counts}`);
    return speed![0]!;
  }
}

/** What replays flows: a bundle, the floor in C and exchange-core. */
export class ContestPrograms {
  readonly node: string;
  readonly floor: string | Absent;
  private prepared: ExchangeCore | Absent | undefined;

  /** @param directory of the programs and flows */
  constructor(
    readonly directory: string,
    floors: Floors,
  ) {
    this.node = bundle(path.join(installationRoot(), 'bench/portable-flow/program.ts'), directory);
    this.floor = floors.program('book', 'the same design in C');
  }

  get java(): ExchangeCore | Absent {
    this.prepared ??= ExchangeCore.prepare(this.directory, 'exchange-core (Java)');
    return this.prepared;
  }
}

/** The flow without its reductions: nodejs-order-book puts a reduced order at the end of its queue, and would trade with others. */
export function withoutReductions(flow: Int32Array): Int32Array {
  const kept: number[] = [];
  for (let at = 0; at < flow.length; at += FLOW_STRIDE)
    if (flow[at] !== FlowKind.reduce) kept.push(...flow.subarray(at, at + FLOW_STRIDE));
  return Int32Array.from(kept);
}
