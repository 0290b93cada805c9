import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { labels } from '../../config';
import { declaredPlatform, rotateSecrets } from '../../operations/secrets';
import { eventually } from '../support/eventually';
import { bundle, run } from '../unit/child-process';
import { missingForDeployment } from './missing';
import { DeployedPlatform, root } from './platform';
import { findLeaks } from './support/leaks';
import { secretsProfile } from './support/secrets-profile';

const profileFile = secretsProfile();
const missing = missingForDeployment(profileFile);
const rung = missing.length === 0 ? describe : describe.skip;
if (missing.length > 0) {
  process.stderr.write(`the secrets cannot be tested on a real Docker engine here: ${missing.join('; ')}\n`);
  fs.rmSync(path.dirname(profileFile), { recursive: true });
}
jest.setTimeout(600_000);

/** One platform lives through these tests, in their order. */
rung('the secrets of a platform on a real Docker engine', () => {
  let platform: DeployedPlatform;
  const scratch = () => path.dirname(profileFile);
  const project = 'nautilus-secrets';
  const secrets = () => platform.filesOfVolume(`${project}-secrets`);
  const inDatabase = (file: string, query: string) =>
    platform.inside(
      'postgres',
      `PGPASSWORD=$(cat ${file}) psql --no-psqlrc -tA -h 127.0.0.1 -U nautilus -d nautilus -c "${query}"`,
    );
  const directory = '/run/secrets/nautilus';
  const startedAt = async () => {
    const ids = await platform.containerIds();
    const entries = Object.entries(ids).map(
      async ([service, id]) => [service, (await platform.docker.container(id)).State.StartedAt] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  /** Services whose containers were started again by `work`. */
  const startedAgain = async (work: () => Promise<unknown>) => {
    const before = await startedAt();
    await work();
    const after = await startedAt();
    return Object.keys(before).filter((service) => after[service] !== before[service]);
  };
  const rotate = (service: string) => platform.succeeds('secrets', 'rotate', service, '--yes');

  beforeAll(async () => {
    platform = new DeployedPlatform(profileFile);
    await platform.succeeds('destroy', '--yes', '--volumes');
    await platform.succeeds('deploy', '--yes');
  });
  afterAll(async () => {
    await platform.nautilus('destroy', '--yes', '--volumes');
    fs.rmSync(scratch(), { recursive: true });
  });

  test('the search for leaks finds what leaks', async () => {
    const values = {
      environment: '1a'.repeat(24),
      argument: '2b'.repeat(24),
      log: '3c'.repeat(24),
      nowhere: '4d'.repeat(24),
    };
    const half = '3c'.repeat(12);
    const body = {
      Env: [`SECRET=${Buffer.from(`x${values.environment}`).toString('base64')}`],
      Cmd: ['sh', '-c', `printf '%s%s\\n' ${half} ${half}; sleep 60; : ${values.argument}`],
      Labels: { [labels.project]: 'nautilus-leaks' },
    };
    await platform.docker.withContainer({ Image: platform.profile.images.node, ...body }, async () => {
      const search = { docker: platform.docker, project: 'nautilus-leaks', secrets: values, folders: [] };
      const found = await eventually('the log', async () => {
        const leaks = await findLeaks(search);
        return leaks.some((leak) => leak.startsWith('log:')) ? leaks : undefined;
      });
      expect(found.map((leak) => leak.split(' /')[0]).sort()).toEqual([
        'argument: configuration of',
        'argument: environments in',
        'argument: process list of',
        'environment: configuration of',
        'environment: environments in',
        'log: log of',
      ]);
    });
  });

  test('a process reads the secrets of its groups and no others, even as the user of the engines', async () => {
    const body = {
      User: '10001:10001',
      Cmd: ['sleep', '60'],
      HostConfig: { Binds: [`${project}-secrets:/secrets:ro`], GroupAdd: ['10101'], NetworkMode: 'none' },
    };
    await platform.docker.withContainer({ Image: platform.profile.images.node, ...body }, async (id) => {
      const { output } = await platform.docker.exec(id, [
        'sh',
        '-c',
        'cd /secrets; for f in *; do test -r $f && echo $f; done',
      ]);
      expect(output.trim()).toBe('postgres-password');
    });
  });

  test('the list names every secret with its readers, and shows none', async () => {
    const { stdout } = await platform.succeeds('secrets', 'list', '--json');
    const listed = (JSON.parse(stdout) as { secrets: { file: string; readers: string[]; present: boolean }[] }).secrets;
    const content = await secrets();
    expect(listed.map(({ file }) => file).sort()).toEqual(Object.keys(content).sort());
    expect(listed.every(({ present }) => present)).toBe(true);
    expect(listed.find(({ file }) => file === 'redis-password')?.readers).toEqual(['redis', 'oms', 'pms']);
    for (const value of Object.values(content)) expect(stdout).not.toContain(value.trim());
  });

  test('the database gets a new password while a session works on; only the new one is accepted, nothing is started again', async () => {
    const before = await secrets();
    // One session that asks 200 times; it ends with an error as soon as the server refuses anything.
    const session = platform.inside(
      'postgres',
      `(for i in $(seq 200); do echo "SELECT pg_sleep(0.05);"; done; echo "SELECT 'worked on';") | PGPASSWORD=$(cat ${directory}/postgres-password) psql --no-psqlrc -tA -v ON_ERROR_STOP=1 -h 127.0.0.1 -U nautilus -d nautilus | tail -1`,
    );
    expect(await startedAgain(() => rotate('postgres'))).toEqual([]);
    expect(await session).toBe('worked on');
    const after = await secrets();
    const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(changed.sort()).toEqual(['postgres-password', 'postgres-superuser-password']);
    expect(await inDatabase(`${directory}/postgres-password`, 'SELECT 1')).toBe('1');
    await platform.inside('postgres', `umask 077; printf %s '${before['postgres-password']}' >/tmp/old`);
    await expect(inDatabase('/tmp/old', 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  test('the cache gets a new password while a session works on; only the new one is accepted, nothing is started again', async () => {
    const before = (await secrets())['redis-password'];
    const session = platform.inside(
      'redis',
      `(for i in $(seq 100); do echo PING; sleep 0.1; done) | REDISCLI_AUTH=$(cat ${directory}/redis-password) redis-cli | sort | uniq -c`,
    );
    expect(await startedAgain(() => rotate('redis'))).toEqual([]);
    expect((await session).trim()).toBe('100 PONG');
    const ping = (password: string) =>
      platform.inside('redis', `REDISCLI_AUTH=${password} redis-cli PING 2>&1 || true`);
    expect(await ping(`$(cat ${directory}/redis-password)`)).toBe('PONG');
    expect(await ping(before ?? '')).toMatch(/NOAUTH|WRONGPASS/);
  });

  test('an order that is placed afterwards is written to the database and the cache', async () => {
    const { ok } = await platform.post('oms', 'orders', {
      ...{
        clientOrderId: 'after-rotation',
        account: 'main',
        symbol: 'AAPL',
        side: 'buy',
        quantity: 10,
        type: 'market',
      },
    });
    expect(ok).toBe(true);
    await eventually('the order is in the database', async () => {
      const rows = await inDatabase(`${directory}/postgres-password`, 'SELECT row_to_json(o) FROM trading.orders o');
      return rows.includes('after-rotation') ? rows : undefined;
    });
  });

  test.each([
    ['postgres-exporter', /^pg_up(\{.*\})? 1$/m],
    ['redis-exporter', /^redis_up 1$/m],
  ])('%s is started again, alone, and looks at its server with the new password', async (service, metric) => {
    expect(await startedAgain(() => rotate(service))).toEqual([service]);
    const port = platform.profile.services[service as 'redis-exporter']?.hostPort.number;
    await eventually(String(metric), async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return metric.test(text) ? text : undefined;
    });
  });

  describe('the gateway', () => {
    const port = () => platform.profile.services.nginx?.hostPort.number ?? 0;
    /** Serial number of the certificate that is served; throws unless the authority signed it. */
    const served = (ca: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = tls.connect({ host: '127.0.0.1', servername: 'localhost', port: port(), ca }, () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.end();
        });
        socket.once('error', reject);
      });
    const status = (user: string) =>
      Number(
        execFileSync(
          'curl',
          ['-ks', '-o', '/dev/null', '-w', '%{http_code}', '-K', '-', `https://127.0.0.1:${port()}/`],
          {
            input: `user = "${user}"`,
          },
        ),
      );

    test('takes new passwords and a new certificate of the same authority without a restart', async () => {
      const before = await secrets();
      const serial = await served(before['authority.crt'] ?? '');
      expect(status(`trader:${before['gateway-trader-password']}`)).toBe(200);
      expect(await startedAgain(() => rotate('nginx'))).toEqual([]);
      const after = await secrets();
      expect(after['authority.crt']).toBe(before['authority.crt']);
      await eventually(
        'another certificate',
        async () => (await served(after['authority.crt'] ?? '')) !== serial || undefined,
      );
      for (const user of ['viewer', 'trader']) {
        expect([user, status(`${user}:${after[`gateway-${user}-password`]}`)]).toEqual([user, 200]);
        expect([user, status(`${user}:${before[`gateway-${user}-password`]}`)]).toEqual([user, 401]);
      }
    });

    test('a password is read into a file that is its owner’s, and never over another file', async () => {
      const output = path.join(scratch(), 'password');
      const { stdout, stderr } = await platform.succeeds(
        'secrets',
        'read',
        'gateway-viewer-password',
        '--output',
        output,
      );
      const password = fs.readFileSync(output, 'utf8');
      expect(status(`viewer:${password}`)).toBe(200);
      expect(fs.statSync(output).mode & 0o777).toBe(0o600);
      expect(stdout + stderr).not.toContain(password);
      const again = await platform.nautilus('secrets', 'read', 'gateway-viewer-password', '--output', output);
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('NAUT_FILE_EXISTS')]);
    });
  });

  describe('killed with -9 at any step, the same command run again ends well', () => {
    const folder = path.join(root, '.nautilus', 'secrets-test');
    const works: Readonly<Record<string, () => Promise<string>>> = {
      postgres: () => inDatabase(`${directory}/postgres-password`, 'SELECT 1'),
      redis: () => platform.inside('redis', `REDISCLI_AUTH=$(cat ${directory}/redis-password) redis-cli PING`),
    };
    test.each([
      ['postgres', 1],
      ['postgres', 2],
      ['postgres', 3],
      ['postgres', 4],
      ['redis', 2],
      ['redis', 3],
      ['redis', 4],
    ])('%s, step %i', async (service, step) => {
      const program = bundle(path.join(__dirname, 'support', 'rotate-child.ts'), folder);
      const old = (await secrets())[`${service}-password`];
      expect(await run(program, [profileFile, service, String(step)]).ended).toBe('SIGKILL');
      await rotate(service);
      expect(await works[service]?.()).toMatch(/^(1|PONG)$/);
      const after = await secrets();
      expect(after[`${service}-password`]).not.toBe(old);
      expect(Object.keys(after).filter((file) => file.endsWith('.next'))).toEqual([]);
    });
  });

  test('a server that refuses leaves the old password in force; the next rotation goes on', async () => {
    const manifest = await declaredPlatform(profileFile, platform.profile);
    const refusing = {
      ...manifest,
      secrets: manifest.secrets.map((secret) =>
        secret.file === 'redis-password' && secret.rotation.how === 'command'
          ? {
              ...secret,
              rotation: { ...secret.rotation, argv: ['sh', '-c', `cat ${directory}/redis-password.next; exit 3`] },
            }
          : secret,
      ),
    };
    const before = await secrets();
    const failure = await rotateSecrets({
      docker: platform.docker,
      manifest: refusing,
      service: 'redis',
      listener: () => undefined,
    }).catch((error: { code: string; message: string; details: string[] }) => error);
    const after = await secrets();
    expect(failure).toMatchObject({ code: 'NAUT_ROTATION_FAILED', message: expect.stringContaining('redis-password') });
    expect(JSON.stringify(failure)).not.toContain(after['redis-password.next']);
    expect(after['redis-password']).toBe(before['redis-password']);
    expect((await platform.succeeds('secrets', 'list')).stdout).toContain('rotation not finished');
    await rotate('redis');
    expect((await secrets())['redis-password']).toBe(after['redis-password.next']);
  });

  test('nothing differs afterwards', async () => {
    expect(await platform.nautilus('diff')).toMatchObject({ code: 0 });
  });

  test('no value is in a state, a container, an image, a log or a process list', async () => {
    const state = path.join(root, '.nautilus', 'secrets-test');
    const leaks = await findLeaks({
      docker: platform.docker,
      project,
      secrets: await secrets(),
      folders: [state],
    });
    expect(leaks).toEqual([]);
  });

  test('the volume of a release whose secrets had another owner is taken over with its values', async () => {
    await platform.succeeds('destroy', '--yes');
    const before = await secrets();
    const body = {
      User: '0',
      Cmd: ['sleep', '60'],
      HostConfig: { Binds: [`${project}-secrets:/secrets`], NetworkMode: 'none' },
    };
    await platform.docker.withContainer({ Image: platform.profile.images.node, ...body }, (id) =>
      platform.docker.exec(id, ['chown', '-R', '10001', '/secrets']),
    );
    secretsProfile(profileFile, { certificate: 'own' });
    const { code, stderr } = await platform.nautilus('deploy', '--yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining('NAUT_CERTIFICATE_MISSING')]);
    expect(await secrets()).toEqual(before);
  });

  test('a certificate of the operator is refused when it cannot serve, else served', async () => {
    const [certificate, key] = ['own.pem', 'own-key.pem'].map((name) => path.join(scratch(), name));
    const issue = (names: string) =>
      execFileSync(
        'openssl',
        [
          ...[
            'req',
            '-x509',
            '-newkey',
            'ec',
            '-pkeyopt',
            'ec_paramgen_curve:P-256',
            '-nodes',
            '-subj',
            '/CN=operator',
          ],
          ...['-addext', `subjectAltName=${names}`, '-keyout', key ?? '', '-out', certificate ?? ''],
        ],
        { stdio: 'pipe' },
      );
    issue('DNS:elsewhere.example');
    const refused = await platform.nautilus('secrets', 'certificate', certificate ?? '', key ?? '');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('NAUT_CERTIFICATE_NAMES')]);
    issue('DNS:localhost,IP:127.0.0.1');
    await platform.succeeds('secrets', 'certificate', certificate ?? '', key ?? '');
    await platform.succeeds('deploy', '--yes');
    const pem = execFileSync(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${platform.profile.services.nginx?.hostPort.number}`],
      {
        input: '',
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    expect(pem).toContain('subject=CN = operator');
    expect((await platform.nautilus('diff')).code).toBe(0);
  });
});
