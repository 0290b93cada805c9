import type { FastifyInstance } from 'fastify';

/** What a browser is given as it is. */
export interface Asset {
  readonly type: 'text/html' | 'text/css' | 'text/javascript';
  readonly body: string;
}

/** A page of ours takes scripts, styles and data from where it comes from itself, runs nothing that is written into it, and is framed by nobody. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Adds the assets by their paths. A browser asks again each time: a new version is seen at once. */
export function addAssets(app: FastifyInstance, assets: Readonly<Record<string, Asset>>): void {
  for (const [path, { type, body }] of Object.entries(assets))
    app.get(path, { schema: { hide: true } }, (_, reply) =>
      reply
        .headers({
          'content-security-policy': contentSecurityPolicy,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-cache',
        })
        .type(`${type}; charset=utf-8`)
        .send(body),
    );
}
