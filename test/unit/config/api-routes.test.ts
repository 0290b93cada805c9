import { apiRoutes, dockerPlacement, engineNames, engineSettings, loadProfile, localPlacement } from '@nautilus/config';
import { onLaptop } from './profile-file';

const laptop = loadProfile('laptop');
const routes = apiRoutes(laptop);

test('no path leads to two places', () => {
  const paths = routes.map(({ match, path }) => `${match} ${path}`);
  expect(new Set(paths).size).toBe(paths.length);
});

test('every engine has its own place, with what all of them answer', () => {
  for (const engine of engineNames) {
    const own = routes.filter((route) => route.engine === engine).map(({ path }) => path);
    for (const path of ['', 'health', 'ready', 'm4-max/status', 'openapi.json', 'latency'])
      expect(own).toContain(`/api/v1/${engine}/${path}`);
  }
});

test('nothing leads to metrics, which are for the platform’s own network', () => {
  expect(routes.filter(({ path, target }) => /metrics/.test(path + target))).toEqual([]);
});

test.each([
  '/m4-max/status',
  '/api/v1/acceleration/metrics',
  '/api/v1/acceleration/neural/status',
  '/api/v1/optimization/core-utilization',
  '/api/v1/benchmarks/m4max/run',
])('%s is answered by the backend under its own path', (path) => {
  const leading = routes.filter((route) =>
    route.match === 'exact' ? route.path === path : path.startsWith(route.path),
  );
  expect(leading.map(({ engine, path: from, target }) => [engine, path.replace(from, target)])).toEqual([
    ['backend', path],
  ]);
});

test('an engine that the profile does not deploy has no route', () => {
  const without = loadProfile(onLaptop('services: { ml: null }'));
  expect(apiRoutes(without).filter(({ engine }) => engine === 'ml')).toEqual([]);
});

test('without Docker the page passes the API on; in Docker the gateway does, and the page must not be a way around it', () => {
  const local = localPlacement(laptop, { dataDirectory: '/data', secrets: '/secrets', sharedMemory: '/shm' });
  const passed = engineSettings(laptop, 'frontend', local).engine.routes as { path: string; target: string }[];
  expect(passed).toContainEqual({
    match: 'prefix',
    path: '/api/v1/orders',
    target: 'http://127.0.0.1:9010/api/v1/orders',
  });
  expect(engineSettings(laptop, 'frontend', dockerPlacement(laptop)).engine.routes).toEqual([]);
});

test('the backend is told of everything that runs where it does', () => {
  const names = (settings: { engine: Readonly<Record<string, unknown>> }) =>
    (settings.engine.services as { name: string }[]).map(({ name }) => name);
  expect(names(engineSettings(laptop, 'backend', dockerPlacement(laptop))).sort()).toEqual(
    Object.keys(laptop.services).sort(),
  );
  const local = localPlacement(laptop, { dataDirectory: '/data', secrets: '/secrets', sharedMemory: '/shm' });
  expect(names(engineSettings(laptop, 'backend', local)).sort()).toEqual([...engineNames].sort());
});
