import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { installationRoot } from '@nautilus/config';
import { BookEventKind, topics } from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import { RecordingWriter } from '../../engines/marketdata/recording/writer';
import { bundle } from '../bundle';
import { LineProcess } from '../line-process';
import { instrumentList, market, SYMBOLS, venueNames } from '../synthetic-market';

const READER = 'bench';
/** Ticks that are not measured: V8 compiles the engine, and every book comes to be. */
const WARM_UP = 500_000;

/** The engine as it is deployed: plays a recording as fast as a reader in another process takes the events. */
export class ThroughEngine {
  private readonly memory: string;
  private readonly program: string;
  private readonly recording: string;
  private run = 0;

  constructor(
    scratch: string,
    private readonly ticks: number,
  ) {
    this.memory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-ticks-'));
    this.program = bundle(path.join(installationRoot(), 'bench/consolidated/engine-process.ts'), this.memory);
    this.recording = path.join(scratch, 'ticks');
    const writer = new RecordingWriter(this.recording, {
      session: '2012-06-21',
      instruments: instrumentList,
      venues: venueNames,
    });
    const feed = market(SYMBOLS);
    while (writer.events < WARM_UP + ticks && feed.nextTimeNs < Number.POSITIVE_INFINITY) {
      feed.take();
      writer.add(feed);
    }
    writer.finish();
  }

  /** Ticks a second, from the first after the warm-up that the reader gets to the last. */
  readonly measure = async (): Promise<number> => {
    const directory = path.join(this.memory, `run-${this.run++}`);
    fs.mkdirSync(directory);
    const rings = path.join(directory, 'rings');
    const file = path.join(directory, 'marketdata.json');
    fs.writeFileSync(file, JSON.stringify(this.configuration(directory, rings)));
    const engine = new LineProcess(this.program, [file]);
    try {
      await engine.line();
      const hub = openHub({ directory: rings });
      const events = hub.subscribe(topics.bookEvents, { name: READER, reliable: true });
      let [steps, start, ended] = [0, 0, false];
      const note = (event: { readonly kind: number }): void => {
        if (event.kind === BookEventKind.end) ended = true;
        else if (event.kind !== BookEventKind.time && ++steps === WARM_UP) start = performance.now();
      };
      while (!ended) if (events.poll(note) === 0) await nextTurn();
      const seconds = (performance.now() - start) / 1e3;
      hub.close();
      if (steps !== WARM_UP + this.ticks) throw new Error(`${steps} of ${WARM_UP + this.ticks} ticks came`);
      return this.ticks / seconds;
    } finally {
      await engine.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    }
  };

  remove(): void {
    fs.rmSync(this.memory, { recursive: true, force: true });
    fs.rmSync(this.recording, { force: true });
  }

  private configuration(directory: string, rings: string) {
    return {
      service: 'marketdata',
      profile: 'bench',
      port: 0,
      sharedMemory: rings,
      dataDirectory: path.join(directory, 'data'),
      poll: 'spin',
      memory: { claimBytes: 256 * 2 ** 20 },
      engine: {
        session: '2012-06-21',
        instruments: instrumentList,
        venues: venueNames.map((name) => ({ name, share: 1 })),
        feeds: [{ kind: 'recording', file: this.recording }],
        speed: 'full',
        awaitReaders: [READER],
      },
    };
  }
}
