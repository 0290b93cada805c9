import { Worker } from 'node:worker_threads';
import { cgroupCpu, cpusAvailable, EngineError, fact } from '@nautilus/core/kernel';
import type { BenchmarkResult, Measurement } from './result';
import { type Task, threadHeap } from './task';

export { MEMORY_COPY } from './measurement';
export { BenchmarkResult } from './result';

/** After which no round begins any more, ms. */
const MEASURE_WITHIN_MS = 2_400;
/** After which it is ended by force, ms. */
const END_AFTER_MS = 20_000;
/** Runs a thread to its result. Throws NAUT_BENCHMARK_FAILED, NAUT_BENCHMARK_TIMEOUT. */
function inThread(program: string, task: Task, hold: (worker: Worker) => void): Promise<readonly Measurement[]> {
  const worker = new Worker(program, { workerData: task, resourceLimits: threadHeap });
  hold(worker);
  return new Promise<readonly Measurement[]>((resolve, reject) => {
    const failed = (message: string, cause?: unknown) =>
      reject(new EngineError({ status: 500, code: 'NAUT_BENCHMARK_FAILED', message, cause }));
    const late = setTimeout(
      () =>
        reject(
          new EngineError({
            status: 504,
            code: 'NAUT_BENCHMARK_TIMEOUT',
            message: `the benchmark was not through after ${END_AFTER_MS / 1000} s and was ended`,
            fix: 'the container gets too little CPU: look at /api/v1/optimization/core-utilization',
          }),
        ),
      END_AFTER_MS,
    );
    worker
      .once('message', resolve)
      .once('error', (error) => failed(`the benchmark failed: ${error.message}`, error))
      .once('exit', (code) => failed(`the benchmark's thread ended with ${code} and no result`))
      .once('exit', () => clearTimeout(late));
  }).finally(() => worker.terminate());
}

/** Measures what this container can do, in a thread of its own and one run at a time. */
export class Benchmark {
  /** The newest result. */
  last: BenchmarkResult | undefined;
  private worker: Worker | undefined;
  private running = false;

  /** @param program bundle of `thread.ts` */
  constructor(
    private readonly copyBytes: number,
    private readonly program: string,
  ) {}

  /** Takes some seconds. Throws NAUT_BENCHMARK_RUNNING while another run is under way. */
  async run(): Promise<BenchmarkResult> {
    if (this.running)
      throw new EngineError({
        status: 409,
        code: 'NAUT_BENCHMARK_RUNNING',
        message: 'a benchmark is under way: two at once would measure each other',
        fix: 'try again in some seconds',
      });
    this.running = true;
    try {
      this.last = await this.measure();
      return this.last;
    } finally {
      this.running = false;
      this.worker = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  private async measure(): Promise<BenchmarkResult> {
    const startedAt = new Date().toISOString();
    const before = cgroupCpu().throttledSeconds;
    const start = performance.now();
    const task: Task = { do: 'measure', copyBytes: this.copyBytes, withinMs: MEASURE_WITHIN_MS };
    const measurements = await inThread(this.program, task, (worker) => {
      this.worker = worker;
    });
    const seconds = (performance.now() - start) / 1000;
    const after = cgroupCpu().throttledSeconds;
    return {
      startedAt,
      seconds,
      cpusAvailable: cpusAvailable(),
      throttledSeconds: fact(
        'cgroup',
        before === undefined || after === undefined ? null : after - before,
        'without a quota nothing is throttled',
      ),
      measurements: [...measurements],
    };
  }
}
