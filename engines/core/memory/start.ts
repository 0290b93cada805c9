/** The memory system of a program that is no engine of the platform; an engine's comes with its kernel. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { Registry } from 'prom-client';
import { MemoryManager, type MemoryOptions } from './manager';
import { exportMemory } from './metrics';
import { MemoryMonitor, type MonitorOptions } from './monitor';
import { BUDGET_SHARE } from './regions';

let system: MemoryManager | undefined;

/** The process's limit where it has one, else a quarter of the machine. */
function claimBytes(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < os.totalmem() ? limit : os.totalmem() / 4;
}

interface SystemOptions extends Omit<MemoryOptions, 'budget'> {
  /** Bytes that the program may use; the manager takes half of it. @default its container's limit, else a quarter of the machine */
  readonly claim?: number;
}

/** The memory manager of this process; a second call gives the same one. */
export function startUnifiedMemorySystem({ claim = claimBytes(), ...options }: SystemOptions = {}): MemoryManager {
  return (system ??= new MemoryManager({ ...options, budget: claim * BUDGET_SHARE }));
}

/** Moves memory between containers. */
interface Orchestrator {
  start(): Promise<void>;
}

type Orchestration =
  | { readonly state: 'started' }
  | { readonly state: 'unavailable'; readonly reason: string; readonly fix: string };

/** Hands over to an orchestrator. A process in a container can see and change its own memory only: without one it says so. */
export async function startContainerOrchestration(orchestrator?: Orchestrator): Promise<Orchestration> {
  if (!orchestrator)
    return {
      state: 'unavailable',
      reason:
        'no orchestrator was given: the limits of containers are changed through the Docker socket, which no container gets',
      fix: 'run the orchestrator as a process of the host',
    };
  await orchestrator.start();
  return { state: 'started' };
}

interface MonitoringOptions extends MonitorOptions {
  /** Port of GET /metrics and GET /memory; 0 takes a free one. @default 9091 */
  readonly prometheusPort?: number;
  /** @default the loopback interface */
  readonly host?: string;
}

interface Monitoring {
  readonly monitor: MemoryMonitor;
  readonly port: number;
  stop(): Promise<void>;
}

/** Watches the process's memory system, which is started when it was not, and answers Prometheus. */
export async function startMonitoring({
  prometheusPort = 9091,
  host = '127.0.0.1',
  ...options
}: MonitoringOptions = {}): Promise<Monitoring> {
  const memory = startUnifiedMemorySystem();
  const registry = new Registry();
  exportMemory(registry, () => memory);
  const server = createServer(async ({ url }, response) => {
    if (url === '/metrics') response.setHeader('content-type', registry.contentType).end(await registry.metrics());
    else if (url === '/memory')
      response.setHeader('content-type', 'application/json').end(JSON.stringify(memory.report()));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(prometheusPort, host, resolve);
  });
  const monitor = new MemoryMonitor(memory, options).start();
  const stop = () =>
    new Promise<void>((resolve) => {
      monitor.stop();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { monitor, port: (server.address() as AddressInfo).port, stop };
}
