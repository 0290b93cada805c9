import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { ContainerDetail } from '../../../operations/docker';
import type { ObservedDocker } from '../../../operations/drift/observed';
import type { Writable } from './docker-engine';

type Reply = readonly [status: number, body?: unknown];
type Container = Writable<ContainerDetail>;

const noSuch = (what: string): Reply => [404, { message: `No such ${what}` }];
const done: Reply = [204];

/** A model of an engine behind a socket: what it tells changes by what it is asked to do, as Docker's does. */
export class ChangingEngine {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-engine-'));
  readonly endpoint = { kind: 'unix', socketPath: path.join(this.folder, 'docker.sock') } as const;
  /** Everything that it was asked, as `GET /_ping`. */
  readonly requests: string[] = [];
  /** Bytes that each container uses, of which the kernel can take back half. */
  memoryUsed = 0;
  /** Networks of nobody that this platform knows. */
  foreignNetworks: readonly { readonly Id: string; readonly Name: string }[] = [];
  /** Exit code and output of the next program inside a container. */
  program: readonly [exitCode: number, output: string] = [0, ''];
  /** Called before each request is answered. */
  before: (request: string) => void = () => undefined;
  private readonly server = http.createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const route = decodeURIComponent(request.url?.split('?')[0] ?? '');
      this.requests.push(`${request.method} ${route}`);
      this.before(`${request.method} ${route}`);
      const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      const [status, answer] = this.answer(request.method ?? '', route.split('/').slice(1), body);
      reply.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });

  constructor(readonly state: Writable<ObservedDocker>) {}

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(this.endpoint.socketPath, resolve));
  }

  /** Goes away as an engine that is killed: in the middle of whatever it does. */
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  remove(): void {
    this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  container(name: string): Container {
    return this.state.containers.find(({ Name, Id }) => Name === `/${name}` || Id === name)!;
  }

  /** Takes a container away. */
  vanish(name: string): void {
    this.state.containers = this.state.containers.filter(({ Name }) => Name !== `/${name}`);
  }

  private answer(method: string, words: readonly string[], body: Record<string, unknown>): Reply {
    const [kind, name = '', verb = ''] = words;
    if (kind === '_ping' || kind === 'version') return [200, {}];
    if (kind === 'exec') return verb === 'json' ? [200, { ExitCode: this.program[0] }] : [200, this.program[1]];
    if (kind === 'networks') return this.network(method, name, verb, body);
    const container = this.container(name);
    if (kind !== 'containers' || container === undefined) return noSuch(`container: ${name}`);
    if (method === 'GET') return [200, verb === 'stats' ? this.statistics() : container];
    return this.change(container, verb, body);
  }

  private statistics() {
    return { memory_stats: { usage: this.memoryUsed * 2, stats: { total_inactive_file: this.memoryUsed } } };
  }

  private change(container: Container, verb: string, body: Record<string, unknown>): Reply {
    const { State } = container;
    switch (verb) {
      case 'unpause':
        if (State.Status !== 'paused') return [409, { message: `Container ${container.Id} is not paused` }];
        State.Status = 'running';
        return done;
      case 'start':
      case 'restart':
        Object.assign(State, { Status: 'running', Pid: 1, Health: { Status: 'healthy', FailingStreak: 0, Log: [] } });
        return done;
      case 'update':
        if (container.HostConfig.MemorySwap < Number(body.Memory) && body.MemorySwap === undefined)
          return [500, { message: 'Memory limit should be smaller than already set memoryswap limit' }];
        Object.assign(container.HostConfig, body);
        return [200, { Warnings: [] }];
      case 'exec':
        return State.Status === 'running' ? [201, { Id: 'e1' }] : [409, { message: 'Container is not running' }];
      default:
        return noSuch('page');
    }
  }

  private network(method: string, name: string, verb: string, body: Record<string, unknown>): Reply {
    const all = [...this.state.networks, ...this.foreignNetworks];
    const network = all.find(({ Id, Name }) => Id === name || Name === name);
    if (network === undefined) return noSuch(`network: ${name}`);
    if (method === 'GET') return [200, network];
    const container = this.container(String(body.Container));
    if (container === undefined) return noSuch('container');
    const { Networks } = container.NetworkSettings;
    if (verb === 'disconnect') delete Networks[network.Name];
    if (verb === 'connect') {
      const { IPAMConfig, Aliases } = body.EndpointConfig as { IPAMConfig: { IPv4Address: string }; Aliases: string[] };
      if (Networks[network.Name]) return [403, { message: 'endpoint already exists' }];
      Networks[network.Name] = {
        IPAMConfig,
        Aliases: [...Aliases, container.Id.slice(0, 12)],
        IPAddress: IPAMConfig.IPv4Address,
      } as Container['NetworkSettings']['Networks'][string];
    }
    return [200];
  }
}
