import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { SecretKeeper } from '../../../engines/secrets';
import { contentOf, emptyVolume } from './volume';

const DAY_MS = 86_400_000;
const now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY_MS);

const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
const readCertificate = (file: string) => new X509Certificate(readFileSync(file));

async function made(...args: Parameters<typeof emptyVolume>) {
  const volume = emptyVolume(...args);
  await new SecretKeeper(volume.declaration).make();
  return volume;
}

/** A certificate and key of somebody else's making. */
function foreign(
  directory: string,
  { names = 'DNS:localhost,DNS:trading.example,IP:127.0.0.1,IP:::1', days = 90 } = {},
) {
  const [certificate, key] = [`${directory}/foreign.pem`, `${directory}/foreign-key.pem`];
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=somebody'],
    ...['-addext', `subjectAltName=${names}`, '-days', String(days), '-keyout', key, '-out', certificate],
  );
  const content = { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  for (const file of [certificate, key]) rmSync(file);
  return content;
}

describe('OpenSSL', () => {
  test('verifies the certificate strictly for every name, as a server’s', async () => {
    const { file } = await made();
    const verify = (...more: string[]) =>
      openssl(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        file('authority.crt'),
        ...more,
        file('gateway.crt'),
      );
    for (const name of ['localhost', 'trading.example']) expect(verify('-verify_hostname', name)).toContain('OK');
    for (const address of ['127.0.0.1', '::1']) expect(verify('-verify_ip', address)).toContain('OK');
    expect(() => verify('-verify_hostname', 'other.example')).toThrow(/hostname mismatch/i);
  });

  test('reads the extensions that a server certificate and its authority have to have', async () => {
    const { file } = await made();
    const text = (name: string) => openssl('x509', '-in', file(name), '-noout', '-text');
    const server = text('gateway.crt');
    for (const part of ['prime256v1', 'CA:FALSE', 'Digital Signature', 'TLS Web Server Authentication'])
      expect(server).toContain(part);
    const authority = text('authority.crt');
    for (const part of ['prime256v1', 'CA:TRUE, pathlen:0', 'Certificate Sign, CRL Sign'])
      expect(authority).toContain(part);
  });
});

test('a client that trusts the authority shakes hands with a server that has the certificate; others do not', async () => {
  const { file } = await made();
  const server = tls.createServer({ cert: readFileSync(file('gateway.crt')), key: readFileSync(file('gateway.key')) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connect = (options: tls.ConnectionOptions) =>
    new Promise<string>((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options });
      socket.once('secureConnect', () => resolve(socket.authorized ? 'trusted' : 'not trusted'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => socket.destroy());
      setImmediate(() => socket.end());
    });
  const ca = readFileSync(file('authority.crt'));
  expect(await connect({ ca })).toBe('trusted');
  expect(await connect({ ca, servername: 'trading.example' })).toBe('trusted');
  expect(await connect({ ca, servername: 'other.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await connect({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  await new Promise((resolve) => server.close(resolve));
});

test('the authority is good for ten years, the certificate for less than the 398 days that clients accept', async () => {
  const { file } = await made();
  const days = (name: string) => {
    const { validFrom, validTo } = readCertificate(file(name));
    return (Date.parse(validTo) - Date.parse(validFrom)) / DAY_MS;
  };
  expect(days('authority.crt')).toBeGreaterThan(3649);
  expect(days('gateway.crt')).toBeLessThan(398);
});

test('serial numbers are random, positive and at most 20 bytes', async () => {
  const serials = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { file } = await made();
      return [readCertificate(file('gateway.crt')).serialNumber, readCertificate(file('authority.crt')).serialNumber];
    }),
  );
  expect(new Set(serials.flat()).size).toBe(16);
  for (const serial of serials.flat()) expect(serial).toMatch(/^[4-7][0-9A-F]{39}$/);
});

describe('the platform renews its certificate', () => {
  test.each([
    ['not while it lasts', later(360), []],
    ['when 30 days are left', later(368), ['gateway.crt', 'gateway.key']],
    [
      'and the authority, when that one is about to end',
      later(3630),
      ['authority.crt', 'authority.key', 'gateway.crt', 'gateway.key'],
    ],
  ])('%s', async (_, when, expected) => {
    const { directory, declaration } = await made();
    const before = contentOf(directory);
    await new SecretKeeper(declaration, when).make();
    const after = contentOf(directory);
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(expected);
  });

  test('when the names change, in whatever way; their order is no change', async () => {
    const { directory, declaration, file } = await made();
    const renewed = async (names: string[]) => {
      const before = contentOf(directory)['gateway.crt'];
      await new SecretKeeper({ ...declaration, gateway: { ...declaration.gateway, names } }).make();
      return contentOf(directory)['gateway.crt'] !== before;
    };
    expect(await renewed(['::1', '127.0.0.1', 'trading.example', 'localhost'])).toBe(false);
    expect(await renewed(['localhost', 'trading.example', '127.0.0.1', '10.0.0.7'])).toBe(true);
    expect(await renewed(['localhost'])).toBe(true);
    expect(await renewed(['localhost', '*.trading.example'])).toBe(true);
    expect(readCertificate(file('gateway.crt')).subjectAltName).toBe('DNS:localhost, DNS:*.trading.example');
  });

  test.each([
    ['authority.crt'],
    ['authority.key'],
    ['gateway.crt'],
    ['gateway.key'],
  ])('when %s is gone, so that all belong together again', async (lost) => {
    const { declaration, file } = await made();
    rmSync(file(lost));
    await new SecretKeeper(declaration).make();
    openssl('verify', '-CAfile', file('authority.crt'), file('gateway.crt'));
    const key = openssl('pkey', '-in', file('gateway.key'), '-pubout');
    expect(openssl('x509', '-in', file('gateway.crt'), '-noout', '-pubkey')).toBe(key);
  });

  test('when it is rotated, and the authority that people trust stays', async () => {
    const { directory, declaration } = await made();
    const keeper = new SecretKeeper(declaration);
    const before = contentOf(directory);
    await keeper.prepare(['gateway.crt', 'gateway.key']);
    keeper.accept(['gateway.crt', 'gateway.key']);
    const after = contentOf(directory);
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(['gateway.crt', 'gateway.key']);
  });
});

describe('a certificate of the operator', () => {
  const own = { from: 'own' } as const;
  const put = (file: (name: string) => string, pair: { certificate: string; key: string }, suffix = '') => {
    writeFileSync(file(`gateway.crt${suffix}`), pair.certificate);
    writeFileSync(file(`gateway.key${suffix}`), pair.key);
  };

  test('has to be there; all else is made meanwhile', async () => {
    const { directory, declaration } = emptyVolume(own);
    await expect(new SecretKeeper(declaration).make()).rejects.toMatchObject({
      code: 'NAUT_CERTIFICATE_MISSING',
      fix: expect.stringContaining('nautilus secrets certificate'),
    });
    expect(Object.keys(contentOf(directory))).toEqual([
      'gateway.htpasswd',
      'oms-journal-keys',
      'postgres-password',
      'trader-password',
      'viewer-password',
    ]);
  });

  test('is not the one that the platform made before', async () => {
    const { declaration } = await made();
    const changed = { ...declaration, gateway: { ...declaration.gateway, ...own } };
    await expect(new SecretKeeper(changed).make()).rejects.toMatchObject({ code: 'NAUT_CERTIFICATE_MISSING' });
  });

  test('is taken as it is', async () => {
    const { directory, declaration, file } = emptyVolume(own);
    const pair = foreign(directory);
    put(file, pair, '.next');
    const keeper = new SecretKeeper(declaration);
    await keeper.prepare(['gateway.crt']);
    keeper.accept(['gateway.crt']);
    await keeper.make();
    expect(contentOf(directory)).toMatchObject({ 'gateway.crt': pair.certificate, 'gateway.key': pair.key });
  });

  test('of another key is refused', async () => {
    const { directory, declaration, file } = emptyVolume(own);
    put(file, { certificate: foreign(directory).certificate, key: foreign(directory).key });
    await expect(new SecretKeeper(declaration).make()).rejects.toMatchObject({ code: 'NAUT_CERTIFICATE_KEY' });
  });

  test('that has ended is refused with its dates', async () => {
    const { directory, declaration, file } = emptyVolume(own);
    put(file, foreign(directory, { days: 10 }));
    await expect(new SecretKeeper(declaration, later(11)).make()).rejects.toMatchObject({
      code: 'NAUT_CERTIFICATE_EXPIRED',
      message: expect.stringMatching(/valid from .* to .*; now it is/),
    });
  });

  test('without a name of the gateway is refused with the names that it has', async () => {
    const { directory, declaration, file } = emptyVolume(own);
    put(file, foreign(directory, { names: 'DNS:localhost,DNS:*.trading.example' }));
    await expect(new SecretKeeper(declaration).make()).rejects.toMatchObject({
      code: 'NAUT_CERTIFICATE_NAMES',
      message: 'the certificate is not for trading.example, 127.0.0.1, ::1; it is for localhost, *.trading.example',
    });
  });

  test('that is no certificate is refused', async () => {
    const { directory, declaration, file } = emptyVolume(own);
    put(file, { certificate: 'x', key: foreign(directory).key });
    await expect(new SecretKeeper(declaration).make()).rejects.toMatchObject({ code: 'NAUT_CERTIFICATE_UNREADABLE' });
  });
});
