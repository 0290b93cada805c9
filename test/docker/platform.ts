import { execFile } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { labels, loadProfile } from '../../config';
import { type Manifest, readManifest } from '../../manifest';
import { DockerClient } from '../../operations/docker';

export const root = path.join(__dirname, '..', '..');

/** What a platform of tests has for itself. */
export interface Own {
  readonly name: string;
  readonly project: string;
  readonly network: { readonly subnet: string; readonly bridgeName: string };
  readonly portOffset: number;
}

const usual: Own = {
  name: 'docker-test',
  project: 'nautilus-test',
  network: { subnet: '172.28.0.0/16', bridgeName: 'nautilus-test0' },
  portOffset: 22_000,
};

/** The ci profile under a name, a network and ports of its own: what runs on this machine already is left alone. */
export function writeTestProfile({ name, project, network, portOffset }: Own = usual): string {
  const ci = parse(fs.readFileSync(path.join(root, 'config', 'profiles', 'ci.yaml'), 'utf8')) as Record<string, object>;
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-docker-')), `${name}.yaml`);
  fs.writeFileSync(file, stringify({ ...ci, name, project, network, exposure: { ...ci.exposure, portOffset } }));
  return file;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The platform that a profile file declares, used as a person would: through the command and its published ports. */
export class DeployedPlatform {
  readonly profile;
  readonly docker: DockerClient;

  constructor(readonly profileFile: string) {
    this.profile = loadProfile(profileFile);
    const docker = DockerClient.detect();
    if (docker === undefined) throw new Error('no Docker engine');
    this.docker = docker;
  }

  /** Runs the command with this profile; exit codes are returned, not thrown. */
  nautilus(...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [path.join(root, 'cli', 'nautilus.js'), ...args, '--profile', this.profileFile],
        { cwd: root, maxBuffer: 64 * 2 ** 20 },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
  }

  /** As `nautilus`, but a failure of the command is a failure of the test, with what it said. */
  async succeeds(...args: string[]): Promise<Ended> {
    const ended = await this.nautilus(...args);
    if (ended.code !== 0) throw new Error(`nautilus ${args.join(' ')} ended with ${ended.code}:\n${ended.stderr}`);
    return ended;
  }

  async get<T>(service: 'oms' | 'pms', route: string): Promise<T> {
    const reply = await fetch(`${this.address(service)}/api/v1/${route}`);
    if (!reply.ok) throw new Error(`GET ${route} of ${service}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  }

  post(service: 'oms', route: string, body: object): Promise<Response> {
    return fetch(`${this.address(service)}/api/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** The status of a request that comes through the gateway, whose certificate must be of the authority given. */
  throughGateway(request: {
    readonly authority: string;
    readonly user: string;
    readonly password: string;
    readonly method: string;
    readonly path: string;
    readonly body?: object;
  }): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = https.request(
        {
          host: '127.0.0.1',
          port: this.profile.services.nginx!.hostPort.number,
          ca: request.authority,
          auth: `${request.user}:${request.password}`,
          method: request.method,
          path: request.path,
          headers: request.body && { 'content-type': 'application/json' },
          agent: false,
        },
        (reply) => reply.resume().on('end', () => resolve(reply.statusCode ?? 0)),
      );
      sent.on('error', reject);
      sent.end(request.body && JSON.stringify(request.body));
    });
  }

  /** Container ids by service. */
  async containerIds(): Promise<Record<string, string>> {
    const containers = await this.docker.containers(this.ours);
    return Object.fromEntries(containers.map(({ Labels, Id }) => [Labels[labels.service] ?? '?', Id]));
  }

  /** Services that run, in alphabetical order. */
  async running(): Promise<string[]> {
    const containers = await this.docker.containers(this.ours);
    return containers
      .filter(({ State }) => State === 'running')
      .map(({ Labels }) => Labels[labels.service] ?? '?')
      .sort();
  }

  /** What a shell inside the service's container prints. */
  async inside(service: string, script: string): Promise<string> {
    const { exitCode, output } = await this.docker.exec(`${this.profile.project}-${service}`, ['sh', '-c', script]);
    if (exitCode !== 0) throw new Error(`"${script}" in ${service} ended with ${exitCode}: ${output}`);
    return output.trim();
  }

  /** Everything of ours on the engine, as `kind name`. */
  async traces(): Promise<string[]> {
    const { docker, ours } = this;
    return [
      ...(await docker.containers(ours)).map(({ Names }) => `container ${Names[0]}`),
      ...(await docker.networks(ours)).map(({ Name }) => `network ${Name}`),
      ...(await docker.volumes(ours)).map(({ Name }) => `volume ${Name}`),
      ...(await docker.images(ours)).map(({ RepoTags }) => `image ${RepoTags?.[0]}`),
    ];
  }

  /** The files of a volume by name, read by a container of its own that is gone afterwards. */
  async filesOfVolume(volume: string): Promise<Record<string, string>> {
    const reader = {
      Image: this.profile.images.node,
      Entrypoint: ['node', '-e'],
      Cmd: [
        `const fs = require('fs'); console.log(JSON.stringify(Object.fromEntries(
          fs.readdirSync('/volume').map((name) => [name, fs.readFileSync('/volume/' + name, 'utf8')]))))`,
      ],
      User: '0',
      HostConfig: { Binds: [`${volume}:/volume:ro`], NetworkMode: 'none' },
    };
    return this.docker.withContainer(reader, async (id) => {
      await this.docker.ended(id);
      return JSON.parse(await this.docker.logs(id, 1000)) as Record<string, string>;
    });
  }

  /** What the last synthesis declared. */
  manifest(): Manifest {
    return readManifest(path.join(root, '.nautilus', this.profile.name, 'cdktf.out', 'manifest.json'));
  }

  private get ours() {
    return { [labels.project]: this.profile.project };
  }

  private address(service: 'oms' | 'pms'): string {
    return `http://127.0.0.1:${this.profile.services[service]?.hostPort.number}`;
  }
}
