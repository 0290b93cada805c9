import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

/** A folder that is gone when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'nautilus-remote-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A certificate authority with a folder of certificates, as docker wants it, for each name. */
export function certificates(folder: string, ...names: string[]): void {
  mkdirSync(folder, { recursive: true });
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=test', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  for (const name of names) {
    const own = path.join(folder, name);
    mkdirSync(own);
    writeFileSync(path.join(own, 'ca.pem'), readFileSync(path.join(folder, 'ca.pem')));
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', path.join(own, 'key.pem'), '-out', `${name}.csr`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'names', '-out', path.join(own, 'cert.pem')],
    );
  }
}

/** What an engine on tcp:// with mutual TLS does before it answers: lets in whom its authority knows. */
export async function tlsBefore(socketPath: string, identity: string): Promise<tls.Server> {
  const read = (file: string) => readFileSync(path.join(identity, file));
  const options = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem'), requestCert: true };
  const server = tls.createServer(options, (client) => {
    const engine = net.connect(socketPath);
    client.on('error', () => engine.destroy());
    engine.on('error', () => client.destroy());
    client.pipe(engine).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/**
 * A program named ssh that notes its arguments and connects to the socket, as `docker system dial-stdio` on the other
 * machine does. Returns the folder to put on the PATH.
 */
export function fakeSsh(folder: string, socketPath: string): string {
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, 'ssh');
  const script = `const s = require("node:net").connect(${JSON.stringify(socketPath)}); process.stdin.pipe(s).pipe(process.stdout);`;
  writeFileSync(
    program,
    `#!/bin/sh\necho "$@" >>'${folder}/calls'\ncase "$*" in *stranger*) echo 'Permission denied (publickey).' >&2; exit 255;; esac\nexec '${process.execPath}' -e '${script}'\n`,
  );
  chmodSync(program, 0o755);
  return folder;
}
