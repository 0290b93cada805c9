import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import tls from 'node:tls';
import { unanswered } from './http';
import type { Answer, Gateway, Request } from './platform';

export interface GatewayAt {
  readonly host: string;
  readonly port: number;
  /** A file of the platform's secrets; undefined when there is none. */
  readonly secret: (file: 'certificate' | 'authority' | 'viewer' | 'trader') => Promise<string | undefined>;
}

/** The gateway over TLS. No password is sent to whoever shows another certificate than the platform's. */
export function gatewayAt({ host, port, secret }: GatewayAt): Gateway {
  const connect = (timeoutMs: number) =>
    new Promise<tls.TLSSocket>((resolve, reject) => {
      // Judged by its fingerprint instead: it may be of an authority that only the platform's own people trust.
      const socket = tls.connect({ host, port, servername: 'localhost', rejectUnauthorized: false });
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`nothing within ${timeoutMs} ms`)));
      // Once connected, whoever writes to it is told, too: this listener only keeps the process alive.
      socket.on('error', (error) => reject(unanswered(`https://${host}:${port}`, error, timeoutMs)));
      socket.once('secureConnect', () => resolve(socket));
    });
  const shownBy = (socket: tls.TLSSocket) => new X509Certificate(socket.getPeerCertificate().raw);
  const given = async () => {
    const text = await secret('certificate');
    if (text === undefined) throw new Error('the gateway was given no certificate');
    return text;
  };

  return {
    async certificates() {
      const socket = await connect(5_000);
      const shown = shownBy(socket).toString();
      socket.destroy();
      return { shown, given: await given(), authority: await secret('authority') };
    },
    async ask(path, user, { method = 'GET', body, timeoutMs = 5_000 }: Request = {}) {
      const password = user && (await secret(user))?.trim();
      const expected = new X509Certificate(await given()).fingerprint256;
      const socket = await connect(timeoutMs);
      if (shownBy(socket).fingerprint256 !== expected) {
        socket.destroy();
        throw new Error('it shows another certificate than the platform’s: no password was sent to it');
      }
      const text = body === undefined ? undefined : JSON.stringify(body);
      return new Promise<Answer>((resolve, reject) => {
        const sent = http.request(
          {
            createConnection: () => socket,
            method,
            path,
            headers: { host: `localhost:${port}`, ...(text !== undefined && { 'content-type': 'application/json' }) },
            ...(user && { auth: `${user}:${password}` }),
          },
          (reply) => {
            const chunks: Buffer[] = [];
            reply.on('data', (chunk: Buffer) => chunks.push(chunk));
            reply.on('error', (error) => reject(unanswered(`https://${host}:${port}${path}`, error, timeoutMs)));
            reply.on('end', () => {
              socket.destroy();
              resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
            });
          },
        );
        sent.on('error', (error) => reject(unanswered(`https://${host}:${port}${path}`, error, timeoutMs)));
        sent.end(text);
      });
    },
  };
}
