import { catalog } from '@nautilus/config/catalog';
import { defineEngine, z } from '@nautilus/core/kernel';
import { type ApiRoute, FrontendConfig } from './config';
import { html } from './page/html';
import { script } from './page/script';
import { style } from './page/style';
import { type Answer, passOn } from './pass-on';

const call = {
  params: z.object({ '*': z.string() }),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  reply: z.unknown(),
};
const callWithBody = { ...call, body: z.unknown() };
const summary = 'Passed on to the engine that serves it, where no gateway stands before this page';

interface Frontend {
  readonly routes: readonly ApiRoute[];
}

/** The page that people look at. Where there is no gateway it also passes the page's calls on to the engines. */
export const frontend = defineEngine({
  service: catalog.frontend,
  config: FrontendConfig,
  create: ({ routes }): Frontend & { status(): object } => ({
    routes,
    status: () => ({ passesOn: routes.length > 0 }),
  }),
  assets: {
    '/': { type: 'text/html', body: html },
    '/page.js': { type: 'text/javascript', body: script },
    '/page.css': { type: 'text/css', body: style },
  },
  routes: ({ get, post, put, del }) => {
    type Request = {
      readonly params: { readonly '*': string };
      readonly query: Readonly<Record<string, string | string[]>>;
      readonly body?: unknown;
      status(code: number): void;
    };
    const handle =
      (method: 'GET' | 'POST' | 'PUT' | 'DELETE') =>
      async ({ params, query, body, status }: Request, { routes }: Frontend): Promise<Answer['body']> => {
        const answer = await passOn(routes, { method, path: `/api/v1/${params['*']}`, query, body });
        status(answer.status);
        return answer.body;
      };
    return [
      get('/api/v1/*', { ...call, summary }, handle('GET')),
      post('/api/v1/*', { ...callWithBody, summary }, handle('POST')),
      put('/api/v1/*', { ...callWithBody, summary }, handle('PUT')),
      del('/api/v1/*', { ...call, summary }, handle('DELETE')),
    ];
  },
});
