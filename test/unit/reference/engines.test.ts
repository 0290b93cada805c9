import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { backend } from '@nautilus/backend';
import { catalog } from '@nautilus/config/catalog';
import { Rejection, tables, topics } from '@nautilus/core/domain';
import type { EngineDefinition } from '@nautilus/core/kernel';
import { ems } from '@nautilus/ems';
import { marketdata } from '@nautilus/marketdata';
import { oms } from '@nautilus/oms';
import { pms } from '@nautilus/pms';
import { risk } from '@nautilus/risk';
import { routeBuilder } from '../../../engines/core/kernel/definition';

const page = path.join(__dirname, '../../../docs/reference/engines.md');
const engines = [marketdata, risk, oms, ems, pms, backend] as unknown as EngineDefinition<unknown, never>[];

const code = (text: string) => `\`${text}\``;
const names = (things: Readonly<Record<string, { name: string }>> = {}) =>
  Object.values(things)
    .map(({ name }) => code(name))
    .join(', ') || 'none';

function engineSection(engine: EngineDefinition<unknown, never>): string[] {
  const { name, port, purpose } = engine.service;
  const routes = (engine.routes?.(routeBuilder()) ?? []).map(
    ({ method, path: route, schemas }) => `| ${method} | ${code(route)} | ${schemas.summary ?? ''} |`,
  );
  const sockets = (engine.sockets ?? []).map(
    ({ path: route, summary }) => `| WebSocket | ${code(route)} | ${summary} |`,
  );
  return [
    `## ${name}, port ${port}`,
    '',
    `${purpose[0]?.toUpperCase()}${purpose.slice(1)}.`,
    '',
    `Consumes ${names(engine.consumes)}; produces ${names(engine.produces)}; reads ${names(engine.reads)}; writes ${names(engine.writes)}.`,
    '',
    '| method | path | what |',
    '|---|---|---|',
    ...routes,
    ...sockets,
    '',
  ];
}

function messageSection(): string[] {
  const all = [...Object.values(topics), ...Object.values(tables)];
  return all.flatMap(({ name, layout, ...size }) => [
    `### ${name}`,
    '',
    `${layout.name}, ${layout.size} bytes, ${'capacity' in size ? `ring of ${size.capacity}` : `table of ${size.rows} rows`}:`,
    layout.fields.map((field) => `${code(field.name)} ${field.type} at ${field.offset}`).join(', '),
    '',
  ]);
}

/** The page as the engines' contracts say it. */
function reference(): string {
  return [
    '# Reference: engines',
    '',
    'Generated from the engines’ contracts: `NAUTILUS_UPDATE_SNAPSHOTS=1 npx jest test/unit/reference` writes it. Bodies and answers are in each',
    'engine’s `/openapi.json`. Every engine also answers `/health`, `/ready`, `/metrics`, `/m4-max/status` and `/api/v1/latency`.',
    '',
    ...engines.flatMap(engineSection),
    '## Why an order is refused',
    '',
    'Over HTTP the code is `NAUT_ORDER_` and the reason in capitals; over shared memory it is the number.',
    '',
    '| number | reason |',
    '|---|---|',
    ...Object.entries(Rejection).map(([name, number]) => `| ${number} | ${code(name)} |`),
    '',
    '## Messages',
    '',
    'Fixed layouts, little endian; units are in `engines/core/domain/messages.ts`.',
    '',
    ...messageSection(),
  ].join('\n');
}

test('the reference of engines is what their contracts say', () => {
  if (process.env.NAUTILUS_UPDATE_SNAPSHOTS === '1') writeFileSync(page, reference());
  expect(readFileSync(page, 'utf8')).toBe(reference());
});

test('an engine listens where the catalogue says', () => {
  for (const { service } of engines) expect(service).toBe(catalog[service.name]);
});
