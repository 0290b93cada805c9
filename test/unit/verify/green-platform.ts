import { catalog, engineNames, loadProfile, MemorySize, type Profile, type ServiceName } from '@nautilus/config';
import type { Manifest, ManifestService } from '@nautilus/manifest';
import { Red } from '../../../operations/verify/check';
import type { Answer, Containers, Platform, Request } from '../../../operations/verify/platform/platform';

type Handler = (request: Request, query: URLSearchParams) => Answer;

export const answer = (body: unknown, status = 200): Answer => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const fact = (value: number | null, origin = 'cgroup') =>
  value === null ? { value, origin, reason: 'there is no host agent' } : { value, origin };

const PRICE = { buy: 586.14, sell: 585.91 } as const;
type Side = keyof typeof PRICE;

interface KnownOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  status: string;
  filledQuantity: number;
  readonly side: Side;
  readonly limitPrice: number;
}

/** What the checks read, as plain values: all of it is green until a test changes something. */
export class GreenPlatform implements Platform {
  readonly profile: Profile;
  readonly containers?: Containers;
  readonly processes?: Platform['processes'];
  /** Answers by `service /path`. */
  readonly http: Record<string, Handler> = {};
  /** What programs print inside containers, by `service program`. */
  readonly programs: Record<string, (argv: readonly string[]) => { exitCode: number; output: string }> = {};
  readonly gatewayAnswers: Record<string, Answer> = {
    'GET nobody': answer('', 401),
    'GET viewer': answer({ orders: [] }),
    'POST viewer': answer('', 403),
  };
  /** Services that this platform does not have, and why. */
  readonly without = new Map<ServiceName, string>();
  drift: Awaited<ReturnType<Containers['drift']>> = { findings: [], unread: [] };
  certificates = { shown: '', given: '', authority: undefined as string | undefined };
  machine: Awaited<ReturnType<Platform['hardware']>>;
  list;
  usage;
  settings;
  network;
  status: Awaited<ReturnType<NonNullable<Platform['processes']>['status']>>;
  /** Rows of a query; undefined: as the database of a green platform answers. */
  database: ((query: string) => readonly (readonly string[])[] | undefined) | undefined;
  logText = '';
  private time = 0;
  /** Waiting takes no time here. */
  readonly clock = {
    now: () => this.time,
    wait: async (ms: number) => {
      this.time += ms;
    },
  };
  /** Trading, as far as the checks see it. */
  readonly trading = {
    orders: [] as KnownOrder[],
    position: 0,
    cash: 10_000_000,
    executions: [] as {
      executionId: number;
      orderId: number;
      account: string;
      symbol: string;
      side: Side;
      price: number;
      quantity: number;
    }[],
    /** Sides on which nobody trades. */
    dry: new Set<Side>(),
  };

  constructor(readonly mode: 'docker' | 'local' = 'docker') {
    const ci = loadProfile('ci');
    this.profile = ci;
    const services = Object.values(ci.services).map(({ name }) => declared(ci, name));
    const manifest = {
      project: ci.project,
      network: { name: 'n', subnet: '172.21.0.0/16', reserved: { 'trading-gateway': '172.21.0.10' } },
      services,
    } as unknown as Manifest;
    this.machine = {
      os: 'linux',
      architecture: 'x64',
      chip: 'Xeon',
      logicalCpus: 2,
      memory: MemorySize.gibibytes(8),
      limits: {},
    };
    this.status = ['postgres', ...engineNames].map((name) => ({
      name,
      state: 'healthy' as const,
      port: catalog[name as ServiceName].port,
      pid: 1,
      memoryBytes: 1,
    }));
    this.list = services.map(({ name, published }) => ({
      Id: name,
      Labels: { 'io.nautilus.service': name },
      State: 'running',
      Status: 'Up 2 minutes (healthy)',
      Ports: published.map(({ address, port, target }) => ({
        IP: address,
        PublicPort: port,
        PrivatePort: target,
        Type: 'tcp',
      })),
    })) as unknown as Awaited<ReturnType<Containers['list']>>;
    this.usage = services.map(({ name, memory }) => ({
      service: name,
      workingSetBytes: memory.limitBytes / 2,
      limitBytes: memory.limitBytes,
      cpuSeconds: 1,
    }));
    this.settings = services.flatMap(({ name, expectations }) =>
      expectations.map((expectation) => ({
        service: name as string,
        expectation,
        live: expectation.value as string | number | boolean | undefined,
        verdict: 'equal' as 'equal' | 'differs' | 'unread' | 'absent',
        reason: undefined as string | undefined,
      })),
    );
    this.network = {
      IPAM: {
        Config: [
          {
            Subnet: '172.21.0.0/16',
            AuxiliaryAddresses: { 'trading-gateway': '172.21.0.10' } as Record<string, string>,
          },
        ],
      },
      Containers: Object.fromEntries(
        services.map(({ name, container, network }) => [
          name,
          { Name: container, IPv4Address: `${network!.address}/16` },
        ]),
      ),
    };
    if (mode === 'docker')
      this.containers = {
        manifest,
        list: async () => this.list,
        usage: async () => this.usage,
        drift: async () => this.drift,
        settings: async () => this.settings,
        network: async () => this.network,
        inside: async (service, argv) => {
          const program = this.programs[`${service} ${argv[0]}`];
          if (!program) throw new Error(`${service} has no program ${argv[0]}`);
          return program(argv);
        },
        gateway: {
          certificates: async () => this.certificates,
          ask: async (_, user, { method = 'GET' } = {}) => this.gatewayAnswers[`${method} ${user ?? 'nobody'}`]!,
        },
      };
    else this.processes = { status: async () => this.status };
    this.answerAsEngines();
    this.answerAsMonitoring();
    this.trade();
    this.programs['backend env'] = () => ({
      exitCode: 0,
      output: `${Object.entries(this.declared('backend').env)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n')}\n`,
    });
    this.programs['nginx nginx'] = () => ({ exitCode: 0, output: 'nginx: configuration file test is successful\n' });
    this.programs['redis sh'] = (argv) => ({ exitCode: 0, output: this.cache(argv.slice(4)) });
  }

  declared(service: ServiceName): ManifestService {
    return this.containers!.manifest.services.find(({ name }) => name === service)!;
  }

  absent(service: ServiceName): string | undefined {
    return this.without.get(service);
  }

  async ask(service: ServiceName, path: string, request: Request = {}): Promise<Answer> {
    const url = new URL(path, 'http://platform');
    const handler =
      this.http[`${service} ${request.method ?? 'GET'} ${url.pathname}`] ?? this.http[`${service} ${url.pathname}`];
    return handler
      ? handler(request, url.searchParams)
      : answer({ code: 'NAUT_ROUTE_UNKNOWN', message: `no ${path}` }, 404);
  }

  async rows(query: string): Promise<readonly (readonly string[])[]> {
    const own = this.database?.(query);
    if (own) return own;
    if (query.includes('shared_buffers')) return [['256MB', String(256 * 2 ** 20)]];
    if (query.includes('pg_stat_statements_reset')) {
      this.counted = 0;
      return [['']];
    }
    if (query.includes('FROM pg_stat_statements')) return [[String(this.counted)]];
    if (query.includes('AS nautilus_verify')) {
      this.counted++;
      return [['20120621']];
    }
    const found = this.trading.orders.find(({ clientOrderId }) => query.includes(`'${clientOrderId}'`));
    return found ? [[found.status, '1', `${PRICE[found.side]}00`]] : [];
  }

  async log(): Promise<string> {
    return this.logText;
  }

  configuration(service: ServiceName): Readonly<Record<string, unknown>> {
    return { specHash: `hash of ${service}` };
  }

  async hardware() {
    return this.machine;
  }

  /** Nobody answers at this service. */
  silence(service: ServiceName): void {
    for (const route of Object.keys(this.http).filter((route) => route.startsWith(`${service} `)))
      this.http[route] = () => {
        throw new Red('no answer', 'ECONNREFUSED');
      };
  }

  private counted = 0;

  private answerAsEngines(): void {
    for (const engine of engineNames) {
      const routes: Record<string, () => Answer> = {
        '/health': () => answer({ status: 'live' }),
        '/ready': () => answer({ ready: true }),
        '/metrics': () => answer(this.metrics(engine)),
        '/m4-max/status': () => answer(this.engineStatus(engine)),
        '/api/v1/latency': () => answer({ hops: this.hops() }),
      };
      for (const [path, handler] of Object.entries(routes)) this.http[`${engine} ${path}`] = handler;
    }
    const engines = engineNames.map((name) => ({ name, backend: { value: 'cpu', origin: 'measured' } }));
    const nobody = fact(null, 'host agent');
    this.http['backend /api/v1/acceleration/metrics'] = () =>
      answer({ hostAgent: { answers: false }, machine: { gpuCores: fact(40, 'profile') }, engines });
    this.http['backend /api/v1/acceleration/neural/status'] = () => answer({ available: nobody, engines });
    this.http['backend /api/v1/optimization/core-utilization'] = () =>
      answer({ services: engineNames.map((name) => ({ name, cores: fact(0.5), share: fact(0.5) })) });
    this.http['backend /api/v1/benchmarks/m4max/run'] = () =>
      answer({
        measurements: [{ name: 'copy', unit: 'B/s', result: fact(2, 'measured'), min: 1, max: 3, rounds: 5 }],
      });
    this.http['backend /api/v1/platform'] = () => answer({});
    this.http['backend /api/v1/platform/services'] = () =>
      answer({
        services: [
          { name: 'oms', state: 'ready', reason: null },
          { name: 'redis', state: 'listening', reason: null },
        ],
      });
    this.http['frontend /'] = () => answer('<!doctype html><html lang="en"><script src="/page.js"></script>');
    this.http['frontend /page.js'] = () => answer('1');
    this.http['risk /api/v1/risk/limits'] = () =>
      answer({ killSwitch: false, accounts: [{ name: 'main', killSwitch: false, limits: { maxPosition: 10_000 } }] });
  }

  metrics(engine: string): string {
    return [
      `nautilus_ready{service="${engine}"} 1`,
      `process_cpu_seconds_total{service="${engine}"} 12.5`,
      `nautilus_cgroup_cpu_usage_seconds_total{service="${engine}"} 12.5`,
      `nautilus_oms_executions{service="${engine}"} ${this.trading.executions.length}`,
    ].join('\n');
  }

  engineStatus(engine: ServiceName): Record<string, unknown> {
    return {
      service: engine,
      profile: 'ci',
      uptimeSeconds: 10,
      residentBytes: 1,
      m4_max_detected: null,
      m4_max_reason: 'a container sees the virtual machine that it runs in',
      configuration: { specHash: `hash of ${engine}` },
      limits: { memoryBytes: fact(this.profile.services[engine]!.claim.memory.limit.bytes) },
      engine: { orders: 1 },
    };
  }

  hops(): Record<string, { count: number }> {
    const count = this.trading.executions.length;
    return { 'oms→ems': { count }, 'ems→oms': { count }, 'oms→pms': { count } };
  }

  private answerAsMonitoring(): void {
    const sample = (value: number, metric: Record<string, string> = {}) => ({ metric, value: [0, String(value)] });
    this.http['prometheus /api/v1/query'] = (_, query) => {
      const expression = query.get('query')!;
      const value = expression === 'nautilus_oms_executions' ? this.trading.executions.length : 0.5;
      return answer({ data: { result: [sample(value, { service: 'oms' })] } });
    };
    this.http['prometheus /api/v1/targets'] = () =>
      answer({
        data: { activeTargets: engineNames.map((service) => ({ labels: { service }, health: 'up', lastError: '' })) },
      });
    const rule = (name: string, share: number) => ({
      name,
      query: `service:memory_working_set:ratio > ${share}`,
      health: 'ok',
      state: 'inactive',
    });
    this.http['prometheus /api/v1/rules'] = () =>
      answer({
        data: {
          groups: [
            {
              rules: [
                rule('MemoryInfo', 0.6),
                rule('MemoryWarning', 0.8),
                rule('MemoryCritical', 0.9),
                rule('MemoryEmergency', 0.95),
              ],
            },
          ],
        },
      });
    this.http['grafana /grafana/api/health'] = () => answer({ database: 'ok' });
  }

  /** A venue that fills whatever is asked at its price, and what the engines then say of it. */
  private trade(): void {
    const { trading } = this;
    const http = this.http;
    const level = (side: Side) => (trading.dry.has(side) ? [] : [{ price: PRICE[side] }]);
    http['ems /api/v1/venues/XSIM/book'] = () => answer({ bids: level('sell'), asks: level('buy') });
    http['oms POST /api/v1/orders'] = ({ body }) => {
      const asked = body as { clientOrderId: string; side: Side; limitPrice: number };
      const known = trading.orders.find(({ clientOrderId }) => clientOrderId === asked.clientOrderId);
      if (known) return answer(known);
      const order = { ...asked, orderId: trading.orders.length + 1, status: 'filled', filledQuantity: 1 };
      trading.orders.push(order);
      this.fill(order);
      return answer(order, 201);
    };
    for (const orderId of [1, 2]) {
      http[`oms /api/v1/orders/${orderId}`] = () => answer(trading.orders[orderId - 1]);
      http[`ems /api/v1/parents/${orderId}`] = () => answer({ status: 'filled', filledQuantity: 1 });
    }
    http['oms /api/v1/executions'] = (_, query) => {
      const orderId = query.get('orderId');
      const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
      const executions = trading.executions.filter(
        (one) => (orderId === null || one.orderId === Number(orderId)) && one.executionId < before,
      );
      return answer({ executions });
    };
    http['oms /api/v1/state'] = () => answer({ durable: 2 * trading.executions.length });
    http['pms /api/v1/state'] = () => answer({ sequence: trading.executions.length });
    http['pms /api/v1/positions/main/AAPL'] = () => answer({ quantity: trading.position });
    http['pms /api/v1/cash'] = () => answer({ cash: [{ account: 'main', currency: 'USD', balance: trading.cash }] });
  }

  private fill({ orderId, side }: KnownOrder): void {
    const { trading } = this;
    const price = PRICE[side];
    const executionId = trading.executions.length + 1;
    trading.executions.push({ executionId, orderId, account: 'main', symbol: 'AAPL', side, price, quantity: 1 });
    trading.position += side === 'buy' ? 1 : -1;
    trading.cash += side === 'buy' ? -price : price;
  }

  private cache([, command = '', key = '']: readonly string[]): string {
    if (command === 'INFO')
      return 'used_memory:1000\r\nused_memory_human:1K\r\nmaxmemory:100663296\r\nmaxmemory_human:96M\r\nmaxmemory_policy:noeviction\r\n';
    if (command === 'GET')
      return String(this.trading.orders.find(({ clientOrderId }) => key.endsWith(clientOrderId))?.orderId ?? '');
    return command === 'TTL' ? '86000' : 'filled';
  }
}

/** A service as the manifest declares it, as far as the checks look. */
function declared(profile: Profile, name: ServiceName): ManifestService {
  const { claim, address, port, hostPort } = profile.services[name]!;
  const setting = (subject: string, setting: string, value: string | number) => ({
    subject,
    setting,
    value,
    reason: 'r',
    source: 's',
  });
  const own: Partial<Record<ServiceName, object[]>> = {
    postgres: [setting('postgres', 'shared_buffers', 256 * 2 ** 20)],
    redis: [setting('redis', 'maxmemory', 96 * 2 ** 20), setting('redis', 'maxmemory-policy', 'noeviction')],
    prometheus: [setting('prometheus', 'storage.tsdb.retention.time', '1d')],
    grafana: [setting('grafana', 'database.max_open_conn', 20)],
    nginx: [setting('nginx', 'worker_connections', 1024)],
  };
  const engine = (engineNames as readonly string[]).includes(name);
  return {
    name,
    container: `nautilus-ci-${name}`,
    port: port.number,
    memory: {
      minBytes: claim.memory.min.bytes,
      limitBytes: claim.memory.limit.bytes,
      maxBytes: claim.memory.max.bytes,
    },
    health: {},
    published: [{ address: '127.0.0.1', port: hostPort.number, target: port.number }],
    network: { name: 'n', address: address.toString(), aliases: [] },
    env: engine ? { NAUTILUS_CONFIGURATION: '{}', NODE_ENV: 'production' } : {},
    expectations: [...(own[name] ?? []), setting('container', 'eth0.mtu', 9000)],
  } as unknown as ManifestService;
}
