import { mkdtempSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DockerClient } from '../../../operations/docker';
import { type Layer, type Report, watch } from '../../../operations/drift';
import { eventually } from '../../support/eventually';
import { manifestOf } from './manifest';

/** An engine that only tells events. */
class Engine {
  readonly socket = path.join(mkdtempSync(path.join(tmpdir(), 'nautilus-events-')), 'docker.sock');
  private server = this.make();
  private listeners: http.ServerResponse[] = [];

  private make() {
    return http.createServer((request, reply) => {
      expect(request.url).toMatch(/^\/events\?/);
      reply.writeHead(200).flushHeaders();
      this.listeners.push(reply);
    });
  }
  listen = () => new Promise<void>((resolve) => this.server.listen(this.socket, resolve));
  isHeard = () => eventually('somebody listens', async () => this.listeners.length === 1 || undefined);
  tell(name: string, action = 'update'): void {
    const event = { Type: 'container', Action: action, Actor: { ID: 'f00', Attributes: { name } } };
    for (const listener of this.listeners) listener.write(`${JSON.stringify(event)}\n`);
  }
  stop(): Promise<void> {
    this.listeners = [];
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
  async startAgain(): Promise<void> {
    this.server = this.make();
    await this.listen();
  }
}

/** A watch whose looks only count; nothing happens by itself within a test. */
function watching(
  engine: Engine,
  layers: readonly Layer[] = ['docker', 'settings', 'terraform'],
  onReport: (report: Report) => void = () => undefined,
) {
  const ending = new AbortController();
  const looked: Layer[] = [];
  const reports: Report[] = [];
  const ended = watch({
    docker: new DockerClient({ kind: 'unix', socketPath: engine.socket }),
    declared: { manifest: manifestOf(), folder: '/nowhere' },
    layers,
    intervalMs: 1_000_000,
    signal: ending.signal,
    onReport: (report) => {
      reports.push(report);
      onReport(report);
    },
    lookAt: async (layer) => {
      looked.push(layer);
      return { layer, seconds: 0, findings: [], unread: [] };
    },
  });
  const count = (layer: Layer) => looked.filter((one) => one === layer).length;
  const counts = (layer: Layer, least: number) =>
    eventually(`${least} looks at ${layer}`, async () => count(layer) >= least || undefined, 10);
  return {
    ended,
    reports,
    count,
    counts,
    end: () => {
      ending.abort();
      return ended;
    },
  };
}

test('a change of ours is looked at at once, without a plan of Terraform', async () => {
  const engine = new Engine();
  await engine.listen();
  const { count, counts, reports, end } = watching(engine);
  await engine.isHeard();
  await counts('terraform', 1);
  engine.tell('nautilus-ci-risk');
  await counts('docker', 2);
  await counts('settings', 2);
  expect(count('terraform')).toBe(1);
  expect(reports.at(-1)).toMatchObject({ verdict: 'clean', profile: 'ci' });
  await end();
  await engine.stop();
});

test('what others do on the engine is no reason to look', async () => {
  const engine = new Engine();
  await engine.listen();
  const { count, counts, end } = watching(engine, ['docker']);
  await engine.isHeard();
  await counts('docker', 1);
  engine.tell('somebody-elses');
  await delay(500);
  expect(count('docker')).toBe(1);
  await end();
  await engine.stop();
});

test('an engine that restarts is listened to again, and looked at, as nobody told what happened meanwhile', async () => {
  const engine = new Engine();
  await engine.listen();
  const { count, counts, end } = watching(engine, ['docker']);
  await engine.isHeard();
  await engine.stop();
  await counts('docker', 2);
  await engine.startAgain();
  await engine.isHeard();
  const before = count('docker');
  engine.tell('nautilus-ci-risk');
  await counts('docker', before + 1);
  await end();
  await engine.stop();
});

test('a report that cannot be written ends the watch with its error', async () => {
  const engine = new Engine();
  await engine.listen();
  const { ended } = watching(engine, ['docker'], () => {
    throw new Error('no space left');
  });
  await expect(ended).rejects.toThrow('no space left');
  await engine.stop();
});
