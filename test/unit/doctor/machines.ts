import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installationRoot, loadProfile, MemorySize } from '@nautilus/config';
import { DockerClient } from '@nautilus/operations/docker';
import type { Machine } from '@nautilus/operations/doctor';
import type { RunCommand } from '@nautilus/operations/host';

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups) cleanup();
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nautilus-doctor-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A Docker engine that answers what a real one would say about itself, on a socket of its own. */
export async function engine(facts: {
  version?: string;
  memoryGiB?: number;
  cpus?: number;
  subnets?: readonly string[];
  /** Host ports that containers of the project publish. */
  published?: readonly number[];
}) {
  const { version = '28.2.2', memoryGiB = 8, cpus = 4, subnets = [], published = [] } = facts;
  const answers: Record<string, unknown> = {
    '/info': {
      ServerVersion: version,
      OperatingSystem: 'Docker Desktop',
      Architecture: 'aarch64',
      NCPU: cpus,
      MemTotal: memoryGiB * 1024 ** 3,
    },
    '/containers/json': [{ Ports: published.map((PublicPort) => ({ PublicPort, PrivatePort: 1, Type: 'tcp' })) }],
    '/version': { Version: version, ApiVersion: '1.41' },
    '/networks': subnets.map((Subnet, index) => ({ Name: `other${index}`, IPAM: { Config: [{ Subnet }] } })),
  };
  const server = http.createServer((request, reply) => {
    const answer = answers[new URL(request.url ?? '', 'http://docker').pathname];
    reply.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  });
  const socketPath = join(temporaryFolder(), 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  cleanups.push(() => void server.close());
  return () => new DockerClient({ kind: 'unix', socketPath });
}

/** Programs by what they print; any other is not there. */
export const programs =
  (outputs: Record<string, string>): RunCommand =>
  async (file) =>
    outputs[file] === undefined ? undefined : { code: 0, stdout: outputs[file], stderr: '' };

export const terraform = (version: string) => ({ terraform: JSON.stringify({ terraform_version: version }) });

/** A machine with nothing but Node and this repository. */
export function bareMachine(over: Partial<Machine> = {}): Machine {
  return {
    profile: loadProfile('laptop'),
    host: { os: 'macos', architecture: 'arm64', logicalCpus: 16, memory: MemorySize.gibibytes(128), limits: {} },
    env: { HOME: temporaryFolder() },
    run: programs({}),
    docker: () => undefined,
    nodeVersion: '24.1.0',
    root: installationRoot(),
    ...over,
  };
}
