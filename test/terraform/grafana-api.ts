/**
 * Grafana's HTTP API as far as its Terraform provider asks it, in memory: what is put in comes out as Grafana gives it back,
 * numbered, with the defaults of queries, and nothing is deleted that a notification policy names.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;
interface Answer {
  readonly status: number;
  readonly body?: unknown;
}
type Route = readonly [method: string, path: RegExp, (body: Json, ...parts: string[]) => Answer];

interface Rule extends Json {
  uid: string;
  data: { model: Json; queryType?: string }[];
}

const ok = (body: unknown = {}): Answer => ({ status: 200, body });
const notFound: Answer = { status: 404, body: { message: 'not found' } };
const found = (body: unknown): Answer => (body === undefined ? notFound : ok(body));
const deleted: Answer = { status: 204 };

export class GrafanaApi {
  private readonly folders = new Map<string, Json>();
  private readonly sources = new Map<string, Json>();
  private readonly dashboards = new Map<string, { dashboard: Json; meta: Json }>();
  private readonly groups = new Map<string, Json & { rules: Rule[] }>();
  private readonly points = new Map<string, Json>();
  private readonly timings = new Map<string, Json>();
  private policy: Json = { receiver: 'grafana-default-email' };
  private last = 0;
  private readonly server: Server;

  constructor(private readonly authorization: string) {
    this.server = createServer((request, reply) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        const { status, body } =
          request.headers.authorization === `Basic ${Buffer.from(this.authorization).toString('base64')}`
            ? this.answer(request.method ?? 'GET', request.url ?? '/', text ? (JSON.parse(text) as Json) : {})
            : { status: 401, body: { message: 'Invalid username or password' } };
        reply.writeHead(status, { 'content-type': 'application/json' });
        reply.end(status === 204 ? undefined : JSON.stringify(body));
      });
    });
  }

  /** Address of the API, as the provider wants it. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/grafana/`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** All that is in it, by kind and name. */
  get content(): readonly string[] {
    const names = (kind: string, map: ReadonlyMap<string, unknown>) => [...map.keys()].map((name) => `${kind} ${name}`);
    return [
      ...names('folder', this.folders),
      ...names('data source', this.sources),
      ...names('dashboard', this.dashboards),
      ...names('rules', this.groups),
      ...[...this.points.values()].map(({ name }) => `contact point ${name}`),
      ...names('mute timing', this.timings),
    ].sort();
  }

  private answer(method: string, url: string, body: Json): Answer {
    const { pathname } = new URL(url, 'http://grafana');
    for (const [on, path, handle] of this.routes) {
      const parts = path.exec(pathname.replace(/^\/grafana\/api/, ''));
      if (on !== method || !parts) continue;
      return handle(body, ...parts.slice(1).map(decodeURIComponent));
    }
    return { status: 404, body: { message: `no such path: ${method} ${url}` } };
  }

  private named = (name: string) => JSON.stringify(this.policy).includes(JSON.stringify(name));

  private readonly routes: readonly Route[] = [
    ['POST', /^\/folders$/, (body) => this.put(this.folders, body, { url: `/dashboards/f/${body.uid}` })],
    ['GET', /^\/folders\/([^/]+)$/, (_, uid) => found(this.folders.get(uid!))],
    ['DELETE', /^\/folders\/([^/]+)$/, (_, uid) => this.drop(this.folders, uid!)],

    ['POST', /^\/datasources$/, (body) => this.putSource(body)],
    ['GET', /^\/datasources\/uid\/([^/]+)$/, (_, uid) => found(this.sources.get(uid!))],
    ['DELETE', /^\/datasources\/uid\/([^/]+)$/, (_, uid) => this.drop(this.sources, uid!)],

    ['POST', /^\/dashboards\/db$/, (body) => this.putDashboard(body)],
    ['GET', /^\/dashboards\/uid\/([^/]+)$/, (_, uid) => found(this.dashboards.get(uid!))],
    ['DELETE', /^\/dashboards\/uid\/([^/]+)$/, (_, uid) => this.drop(this.dashboards, uid!)],

    ['PUT', /^\/v1\/provisioning\/folder\/([^/]+)\/rule-groups\/([^/]+)$/, (body, ...at) => this.putRules(body, at)],
    [
      'GET',
      /^\/v1\/provisioning\/folder\/([^/]+)\/rule-groups\/([^/]+)$/,
      (_, ...at) => found(this.groups.get(at.join('/'))),
    ],
    [
      'DELETE',
      /^\/v1\/provisioning\/folder\/([^/]+)\/rule-groups\/([^/]+)$/,
      (_, ...at) => this.drop(this.groups, at.join('/')),
    ],
    ['GET', /^\/v1\/provisioning\/alert-rules$/, () => ok([...this.groups.values()].flatMap(({ rules }) => rules))],
    [
      'GET',
      /^\/v1\/provisioning\/alert-rules\/([^/]+)$/,
      (_, uid) => found([...this.groups.values()].flatMap(({ rules }) => rules).find((rule) => rule.uid === uid)),
    ],
    ['DELETE', /^\/v1\/provisioning\/alert-rules\/([^/]+)$/, (_, uid) => this.dropRule(uid!)],

    ['POST', /^\/v1\/provisioning\/contact-points$/, (body) => this.putPoint({ ...body, uid: `point-${++this.last}` })],
    ['GET', /^\/v1\/provisioning\/contact-points$/, () => ok([...this.points.values()])],
    ['DELETE', /^\/v1\/provisioning\/contact-points\/([^/]+)$/, (_, uid) => this.dropPoint(uid!)],

    ['POST', /^\/v1\/provisioning\/mute-timings$/, (body) => this.putTiming(body)],
    ['GET', /^\/v1\/provisioning\/mute-timings\/([^/]+)$/, (_, name) => found(this.timings.get(name!))],
    ['DELETE', /^\/v1\/provisioning\/mute-timings\/([^/]+)$/, (_, name) => this.dropTiming(name!)],

    ['PUT', /^\/v1\/provisioning\/policies$/, (body) => this.putPolicy({ ...body, provenance: 'api' })],
    ['GET', /^\/v1\/provisioning\/policies$/, () => ok(this.policy)],
    ['DELETE', /^\/v1\/provisioning\/policies$/, () => this.putPolicy({ receiver: 'grafana-default-email' })],
  ];

  private put(map: Map<string, Json>, body: Json, more: Json = {}): Answer {
    const entry = { ...body, ...more, id: ++this.last, orgId: 1 };
    map.set(body.uid as string, entry);
    return ok(entry);
  }

  private drop(map: Map<string, unknown>, name: string): Answer {
    return map.delete(name) ? ok({ message: 'deleted' }) : notFound;
  }

  private putSource(body: Json): Answer {
    const { body: datasource } = this.put(this.sources, body, { readOnly: false }) as { body: Json };
    return ok({ datasource, id: datasource.id, name: datasource.name, message: 'added' });
  }

  private putDashboard({ dashboard, folderUid }: Json): Answer {
    const { uid } = dashboard as { uid: string };
    const kept = this.dashboards.get(uid)?.dashboard ?? { id: ++this.last, version: 0 };
    const now: Json = { ...(dashboard as Json), id: kept.id, version: (kept.version as number) + 1 };
    this.dashboards.set(uid, { dashboard: now, meta: { folderUid, url: `/grafana/d/${uid}` } });
    return ok({ uid, id: now.id, version: now.version, url: `/grafana/d/${uid}`, status: 'success', slug: uid });
  }

  private putRules(body: Json, at: readonly string[]): Answer {
    const rules = (body.rules as Rule[]).map((rule) => ({
      ...rule,
      id: ++this.last,
      provenance: 'api',
      data: rule.data.map((query) => ({
        queryType: '',
        ...query,
        model: { intervalMs: 1000, maxDataPoints: 43_200, ...query.model },
      })),
    }));
    const group = { ...body, rules };
    this.groups.set(at.join('/'), group);
    return ok(group);
  }

  private dropRule(uid: string): Answer {
    for (const [name, group] of this.groups) {
      group.rules = group.rules.filter((rule) => rule.uid !== uid);
      if (group.rules.length === 0) this.groups.delete(name);
    }
    return deleted;
  }

  private dropTiming(name: string): Answer {
    if (this.named(name)) return { status: 409, body: { message: 'in use' } };
    this.timings.delete(name);
    return deleted;
  }

  private putPoint(point: Json): Answer {
    this.points.set(point.uid as string, { ...point, provenance: 'api' });
    return { status: 202, body: point };
  }

  private dropPoint(uid: string): Answer {
    const point = this.points.get(uid);
    if (point && this.named(point.name as string)) return { status: 409, body: { message: 'in use' } };
    this.points.delete(uid);
    return { status: 202, body: {} };
  }

  private putTiming(body: Json): Answer {
    this.timings.set(body.name as string, { ...body, provenance: 'api' });
    return { status: 201, body };
  }

  private putPolicy(policy: Json): Answer {
    this.policy = policy;
    return { status: 202, body: { message: 'updated' } };
  }
}
