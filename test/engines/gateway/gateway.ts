import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Profile, ServiceName } from '@nautilus/config';
import { gatewayConfiguration, type NginxLayout } from '@nautilus/constructs';
import { freePort } from '../../support/free-port';

const candidates = [process.env.NGINX, '/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'];
export const nginx = candidates.find((file) => file !== undefined && existsSync(file));
/** Why the tests with a real nginx cannot run here. */
export const missing = nginx ? undefined : 'no nginx (NGINX names one; Debian has the package nginx-light)';

export const passwords = { viewer: 'look-only', trader: 'may-trade' } as const;

const salted = (password: string) => {
  const salt = randomBytes(16);
  const digest = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
};

export function writeUsers(folder: string, users: Readonly<Record<string, string>> = passwords): void {
  const lines = Object.entries(users).map(([name, password]) => `${name}:${salted(password)}\n`);
  writeFileSync(path.join(folder, 'gateway.htpasswd'), lines.join(''));
}

export function writeCertificate(folder: string, name: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', path.join(folder, 'gateway.key'), '-out', path.join(folder, 'gateway.crt')];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...files], { stdio: 'ignore' });
}

/** A folder with everything that nginx needs besides its configuration. */
export function prepare(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'nautilus-gateway-'));
  chmodSync(folder, 0o755); // under root the workers run as another user
  for (const part of ['secrets', 'run']) mkdirSync(path.join(folder, part));
  writeCertificate(path.join(folder, 'secrets'), 'first');
  writeUsers(path.join(folder, 'secrets'));
  return folder;
}

/** nginx's own check of a configuration; returns what it says. */
export function check(profile: Profile, folder: string): string {
  const text = gatewayConfiguration(
    profile,
    layoutIn(folder, { tls: 18_443, plain: 18_080, metrics: 19_113 }, () => '127.0.0.1:9'),
  );
  const file = path.join(folder, `${profile.name}.conf`);
  writeFileSync(file, text);
  try {
    execFileSync(nginx!, ['-e', 'stderr', '-t', '-c', file], { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

interface Ports {
  readonly tls: number;
  readonly plain: number;
  readonly metrics: number;
}

const layoutIn = (folder: string, ports: Ports, upstream: NginxLayout['upstream']): NginxLayout => ({
  listen: {
    tls: `127.0.0.1:${ports.tls}`,
    plain: `127.0.0.1:${ports.plain}`,
    metrics: `127.0.0.1:${ports.metrics}`,
  },
  publicPort: ports.tls,
  secrets: path.join(folder, 'secrets'),
  run: path.join(folder, 'run'),
  accessLog: path.join(folder, 'access.log'),
  upstream,
});

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly json: { readonly code?: string; readonly [key: string]: unknown };
}

interface Asking {
  readonly method?: string;
  readonly user?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A real nginx with a profile's configuration, on the loopback interface. */
export class RunningGateway {
  private constructor(
    readonly folder: string,
    readonly ports: Ports,
    private readonly child: ChildProcess,
  ) {}

  /** `upstream` is where each service would be. */
  static async start(profile: Profile, upstream: (service: ServiceName) => string): Promise<RunningGateway> {
    const folder = prepare();
    const ports = { tls: await freePort(), plain: await freePort(), metrics: await freePort() };
    const file = path.join(folder, 'nginx.conf');
    writeFileSync(file, gatewayConfiguration(profile, layoutIn(folder, ports, upstream)));
    const log = openSync(path.join(folder, 'error.log'), 'a');
    const child = spawn(nginx!, ['-e', 'stderr', '-c', file], { stdio: ['ignore', log, log] });
    closeSync(log);
    const gateway = new RunningGateway(folder, ports, child);
    for (let tries = 0; ; tries++) {
      const answer = await gateway.ask('/healthz').catch(() => undefined);
      if (answer?.status === 200) return gateway;
      if (tries > 200 || child.exitCode !== null) throw new Error(`nginx does not start: ${gateway.errors()}`);
      await delay(25);
    }
  }

  get secrets(): string {
    return path.join(this.folder, 'secrets');
  }

  errors(): string {
    return readFileSync(path.join(this.folder, 'error.log'), 'utf8');
  }

  log(): string {
    return readFileSync(path.join(this.folder, 'access.log'), 'utf8');
  }

  reload(): void {
    this.child.kill('SIGHUP');
  }

  /** A request over TLS in a connection of its own. */
  ask(where: string, { method = 'GET', user, password, headers, body }: Asking = {}): Promise<Answer> {
    const secret = user && (password ?? passwords[user as keyof typeof passwords]);
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          host: '127.0.0.1',
          port: this.ports.tls,
          path: where,
          method,
          agent: false,
          rejectUnauthorized: false,
          auth: user && `${user}:${secret}`,
          headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part) => parts.push(part));
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            resolve({ status: response.statusCode!, headers: response.headers, body: text, json: parse(text) });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return {};
  }
}
