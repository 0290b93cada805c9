import { type EngineName, engineNames } from '../catalog';
import type { Profile } from './profile';

/** Where a path of the platform's one API leads: what matches `path` is replaced by `target` at the engine. */
export interface ApiRoute {
  /** `exact`: this path alone; `prefix`: it and everything that begins with it. The longest one wins. */
  readonly match: 'exact' | 'prefix';
  readonly path: string;
  readonly engine: EngineName;
  readonly target: string;
}

/** What each engine serves under `/api/v1/`. The names are different everywhere, so they lead there without the engine's name, too. */
const resources: Readonly<Record<EngineName, readonly string[]>> = {
  analytics: ['analytics'],
  risk: ['risk'],
  factor: ['factors'],
  ml: ['ml'],
  features: ['features'],
  websocket: ['websocket'],
  strategy: ['strategies', 'deployments'],
  marketdata: ['marketdata'],
  portfolio: ['portfolios'],
  oms: ['orders', 'executions', 'rejections'],
  ems: ['parents', 'venues', 'estimates'],
  pms: [
    'positions',
    'lots',
    'accounts',
    'cash',
    'conversions',
    'rates',
    'ledger',
    'corporate-actions',
    'reconciliation',
    'day',
  ],
  backend: ['platform', 'acceleration', 'optimization', 'benchmarks'],
  frontend: [],
};

/** What every engine answers about itself, by its place under `/api/v1/<engine>/`. Metrics are for the platform's own network only. */
const common = {
  health: '/health',
  ready: '/ready',
  'openapi.json': '/openapi.json',
  'm4-max/status': '/m4-max/status',
  latency: '/api/v1/latency',
} as const;

/** Does the engine's own API carry its name already, as in /api/v1/risk/limits? */
const named = (engine: EngineName) => resources[engine].includes(engine);

function routesOf(engine: EngineName): ApiRoute[] {
  const own = `/api/v1/${engine}/`;
  return [
    ...Object.entries(common).map(([path, target]): ApiRoute => ({ match: 'exact', path: own + path, engine, target })),
    { match: 'prefix', path: own, engine, target: named(engine) ? own : '/api/v1/' },
    ...resources[engine].map((resource): ApiRoute => {
      const path = `/api/v1/${resource}`;
      return { match: 'prefix', path, engine, target: path };
    }),
  ];
}

/**
 * The API of everything that the profile deploys under one address: `/api/v1/<engine>/…`, the resources without the engine's name,
 * and the backend's `/m4-max/status`.
 */
export function apiRoutes({ services }: Pick<Profile, 'services'>): readonly ApiRoute[] {
  const deployed = engineNames.filter((engine) => services[engine]);
  const status: ApiRoute = { match: 'exact', path: '/m4-max/status', engine: 'backend', target: '/m4-max/status' };
  return [...deployed.flatMap(routesOf), ...(services.backend ? [status] : [])];
}
