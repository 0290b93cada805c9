import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';
import * as z from 'zod';
import { addAssets } from './assets';
import {
  type Engine,
  type EngineDefinition,
  type Route,
  type RouteRequest,
  type RouteSchemas,
  routeBuilder,
} from './definition';
import { EngineError } from './errors';
import { installErrors, refuse } from './http-errors';
import type { Latencies } from './latency';
import { addMemoryRoutes, type EngineMemory } from './memory';
import { page } from './page';
import { ProcessStatus } from './status';
import { version } from './version';
import { type SocketRoute, WebSockets } from './web-sockets';

const ErrorReply = z.looseObject({
  code: z.string(),
  message: z.string(),
  value: z.unknown().optional(),
  allowed: z.unknown().optional(),
  fix: z.string().optional(),
  details: z.unknown().optional(),
});

const Hop = z.object({
  count: z.number(),
  p50Ns: z.number().nullable(),
  p99Ns: z.number().nullable(),
  maxNs: z.number().nullable(),
});

/** What the server asks of the process that it is part of. */
interface ProcessView<E> {
  /** Undefined until the engine is created. */
  engine(): E | undefined;
  /** True, or why the engine cannot serve. */
  ready(): true | string;
  stopping(): boolean;
  status(): Promise<ProcessStatus>;
  /** Undefined while the engine has none. */
  readonly memory: EngineMemory;
}

interface ServerParts {
  readonly log: Logger;
  readonly metrics: Registry;
  readonly latencies: Latencies;
}

function measureRoutes(app: FastifyInstance, metrics: Registry): void {
  const durations = new Histogram({
    name: 'nautilus_http_request_duration_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [metrics],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

/** Asked every few seconds by Docker and Prometheus: only of interest to who wants everything. */
const watched: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** With `logLevel: debug`, one line a request; without, not even a hook. */
function logRequests(app: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled('debug')) return;
  app.addHook('onResponse', async ({ method, url, routeOptions }, { statusCode: status, elapsedTime: ms }) => {
    const level = watched.has(routeOptions.url ?? '') ? 'trace' : 'debug';
    log[level]({ method, url, status, ms }, 'answered');
  });
}

/** Routes that every engine answers. */
function addCommonRoutes<E>(app: FastifyInstance, view: ProcessView<E>, { metrics, latencies }: ServerParts): void {
  const health = { summary: 'The process lives', response: { 200: z.object({ status: z.literal('live') }) } };
  app.get('/health', { schema: health }, () => ({ status: 'live' }));

  const Ready = z.object({ ready: z.boolean(), reason: z.string().optional() });
  const ready = { summary: 'The engine can serve, or why not', response: { 200: Ready, 503: Ready } };
  app.get('/ready', { schema: ready }, (_, reply) => {
    const answer = view.ready();
    return answer === true ? { ready: true } : reply.code(503).send({ ready: false, reason: answer });
  });

  app.get('/metrics', { schema: { summary: 'Prometheus metrics' } }, async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );

  const status = { summary: 'What is known about the process and its machine', response: { 200: ProcessStatus } };
  app.get('/m4-max/status', { schema: status }, () => view.status());

  const latency = {
    summary: 'Latency of each hop since the process started',
    response: { 200: z.object({ hops: z.record(z.string(), Hop) }) },
  };
  app.get('/api/v1/latency', { schema: latency }, () => ({ hops: latencies.summary() }));

  addMemoryRoutes(app, view.memory);

  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}

function addRoute<E>(app: FastifyInstance, { method, path, schemas, handler }: Route<E>, view: ProcessView<E>): void {
  const { params, query, body, reply, summary } = schemas;
  const schema = {
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(summary && { summary }),
    response: { '2xx': reply, '4xx': ErrorReply, '5xx': ErrorReply },
  };
  app.route({
    method,
    url: path,
    schema,
    handler: async (request, response) =>
      handler(
        {
          params: request.params,
          query: request.query,
          body: request.body,
          status: (code: number) => void response.code(code),
        } as RouteRequest<RouteSchemas>,
        serving(view),
      ),
  });
}

/** @throws EngineError NAUT_STARTING, NAUT_STOPPING */
function serving<E>(view: ProcessView<E>): E {
  const engine = view.engine();
  if (!engine || view.stopping()) throw unavailable(view);
  return engine;
}

/** A request that is no handshake is told so. */
function addSockets<E>(
  app: FastifyInstance,
  routes: readonly SocketRoute<E>[],
  view: ProcessView<E>,
  metrics: Registry,
): void {
  if (routes.length === 0) return;
  const accepts = () => !view.stopping();
  const sockets = new WebSockets(app.server, routes, { engine: () => serving(view), accepts }, metrics);
  app.addHook('preClose', () => sockets.close());
  for (const { path, summary } of routes)
    app.get(path, { schema: { summary, response: { 426: ErrorReply } } }, (_, reply) =>
      reply
        .code(426)
        .header('upgrade', 'websocket')
        .send({
          code: 'NAUT_UPGRADE_REQUIRED',
          message: `${path} is a WebSocket`,
          fix: 'connect to it as one: docs/websocket.md',
        }),
    );
}

const unavailable = <E>(view: ProcessView<E>): EngineError =>
  view.stopping()
    ? new EngineError({ status: 503, code: 'NAUT_STOPPING', message: 'the engine is stopping' })
    : new EngineError({
        status: 503,
        code: 'NAUT_STARTING',
        message: 'the engine is starting',
        fix: 'try again when GET /ready answers 200',
      });

const topicNames = (contract: Readonly<Record<string, { readonly name: string }>> = {}): string[] =>
  Object.values(contract).map(({ name }) => name);

/** How long an answer that is under way may take once the server closes. */
const LAST_ANSWERS_MS = 1000;

/** Takes no new connection, finishes the answers that are under way, then cuts what is still connected. */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS);
  await app.close();
  clearTimeout(cut);
}

/** Head of the OpenAPI document. */
const describe = <Own, E extends Engine>({ service, ...contract }: EngineDefinition<Own, E>) => ({
  openapi: '3.1.0',
  info: { title: `Nautilus ${service.name}`, description: service.purpose, version },
  'x-nautilus-topics': {
    consumes: topicNames(contract.consumes),
    produces: topicNames(contract.produces),
    reads: topicNames(contract.reads),
    writes: topicNames(contract.writes),
  },
});

/** The engine's HTTP surface; its OpenAPI document comes from the schemas that check the requests. */
export async function createServer<Own, E extends Engine>(
  definition: EngineDefinition<Own, E>,
  view: ProcessView<E>,
  parts: ServerParts,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: 256 * 1024,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _, reply) => void refuse(error, reply),
  });
  app.removeContentTypeParser('text/plain'); // everything that is sent here is JSON
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installErrors(app, parts.log);
  measureRoutes(app, parts.metrics);
  logRequests(app, parts.log);
  await app.register(swagger, { openapi: describe(definition), transform: jsonSchemaTransform });
  addCommonRoutes(app, view, parts);
  for (const route of definition.routes?.(routeBuilder<E>()) ?? []) addRoute(app, route, view);
  addSockets(app, definition.sockets ?? [], view, parts.metrics);
  const { assets = {} } = definition;
  addAssets(app, assets);
  if (!assets['/'])
    app.get('/', { schema: { hide: true } }, (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  await app.ready();
  return app;
}
