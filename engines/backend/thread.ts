/** What a thread of the benchmark does, a program of its own: measures one thing after the other, or echoes. */
import { parentPort, workerData } from 'node:worker_threads';
import { echoTrips } from '@nautilus/core/measure';
import { measureMemoryCopy } from './benchmark/memory-copy';
import { measureOrderBook } from './benchmark/order-book';
import type { Task } from './benchmark/task';
import { measureThreadHop } from './benchmark/thread-hop';

async function measure({ copyBytes, withinMs }: Extract<Task, { do: 'measure' }>): Promise<void> {
  const until = () => performance.now() + withinMs / 3;
  parentPort?.postMessage([
    measureMemoryCopy(copyBytes, until()),
    measureOrderBook(until()),
    await measureThreadHop(__filename, until()),
  ]);
}

const task = workerData as Task;
if (task.do === 'echo') echoTrips(task.directory);
else void measure(task);
