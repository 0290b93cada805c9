import { loadProfile, NautilusError } from '@nautilus/config';
import { ruleGroups, shownExpressions } from '@nautilus/constructs';
import { exportedMetrics } from '../support/exported-metrics';
import { everyMetricIn, parseProblem } from '../support/promql';
import { profiles, type StackJson, synthesis } from './support/synthesis';

interface GrafanaPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

/** A reference of Terraform to another resource. */
const reference = (path: string) => ['$', '{', path, '}'].join('');
const resources = (stack: StackJson, type: string) => Object.values(stack.resource[type] ?? {});
/** As Terraform reads a string: a doubled sign is one sign, and no template is left. */
const asTerraformReads = (text: string) => text.replace(/([$%])\1\{/g, '$1{');
const dashboardsOf = (stack: StackJson) =>
  resources(stack, 'grafana_dashboard').map(
    ({ config_json }) =>
      JSON.parse(asTerraformReads(config_json as string)) as { uid: string; title: string; panels: GrafanaPanel[] },
  );

describe.each(profiles)('profile %s', (name) => {
  const profile = loadProfile(name);
  const result = synthesis(profile);
  const stack = result.stack('dashboards');
  const shown = shownExpressions(profile);

  test('every expression is PromQL', () => {
    const wrong = shown.filter(({ expression }) => parseProblem(expression) !== undefined);
    expect(wrong.map(({ where, expression }) => `${where}: ${parseProblem(expression)}: ${expression}`)).toEqual([]);
  });

  test('every metric in an expression is exported by some service, or recorded by a rule', () => {
    const recorded = new Set(ruleGroups(profile).flatMap(({ records }) => records.map(({ record }) => record)));
    const exported = exportedMetrics();
    const unknown = shown.flatMap(({ where, expression }) =>
      everyMetricIn(expression)
        .filter((metric) => !exported.has(metric) && !recorded.has(metric))
        .map((metric) => `${where}: ${metric}`),
    );
    expect(unknown).toEqual([]);
  });

  test('what is listed as shown is all that the dashboards and rules ask', () => {
    const asked = [
      ...dashboardsOf(stack).flatMap(({ panels }) =>
        panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ),
      ...resources(stack, 'grafana_rule_group').flatMap(({ rule }) =>
        (rule as { data: { model: string }[] }[]).flatMap(({ data }) =>
          data.flatMap(({ model }) => (JSON.parse(asTerraformReads(model)) as { expr?: string }).expr ?? []),
        ),
      ),
    ].map((expression) =>
      expression.replaceAll('$__rate_interval', `${4 * profile.monitoring.scrapeInterval.seconds}s`),
    );
    const listed = new Set(shown.map(({ expression }) => expression));
    expect(asked.length).toBeGreaterThan(60);
    expect(asked.filter((expression) => !listed.has(expression))).toEqual([]);
  });

  test('panels have a unit and say what they mean, none lies over another, and their numbers are pinned', () => {
    for (const { uid, panels } of dashboardsOf(stack)) {
      const shownPanels = panels.filter(({ type }) => type !== 'row');
      for (const { title, description, fieldConfig, datasource } of shownPanels)
        expect({ title, description, unit: fieldConfig?.defaults.unit, source: datasource?.uid }).toEqual({
          title,
          description: expect.stringMatching(/.{10}/),
          unit: expect.any(String),
          source: 'nautilus-prometheus',
        });
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      expect({ uid, overlapping: cells.length - new Set(cells).size }).toEqual({ uid, overlapping: 0 });
      expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
    }
  });

  test('one dashboard a subject, each under its own uid in the folder', () => {
    expect(dashboardsOf(stack).map(({ uid, title }) => `${uid}: ${title}`)).toEqual([
      'nautilus-books: Books',
      'nautilus-databases: Databases',
      'nautilus-market: Market',
      'nautilus-memory: Memory',
      'nautilus-order-path: Order path',
      'nautilus-platform: Platform',
      'nautilus-risk: Risk',
    ]);
    for (const { folder } of resources(stack, 'grafana_dashboard'))
      expect(folder).toBe(reference('grafana_folder.nautilus.uid'));
  });

  test('who Terraform is to Grafana is nowhere in what is written', () => {
    expect(JSON.stringify(stack)).not.toMatch(/auth|password|token/i);
  });

  test('nobody has to be told: without a webhook alerts are shown and every message is mute', () => {
    const [policy] = resources(stack, 'grafana_notification_policy');
    expect(resources(stack, 'grafana_contact_point')).toEqual([]);
    expect(policy).toMatchObject({
      policy: [
        {
          matcher: [{ label: 'alertname', match: '=~', value: '.*' }],
          mute_timings: [reference('grafana_mute_timing.shown_only.name')],
        },
      ],
    });
  });
});

test('with a webhook every alert goes there, the worst ones soonest', () => {
  const profile = loadProfile('laptop');
  const stack = synthesis({
    ...profile,
    monitoring: { ...profile.monitoring, alertWebhook: 'https://alerts.example/hook' },
  }).stack('dashboards');
  const [point] = resources(stack, 'grafana_contact_point');
  const [policy] = resources(stack, 'grafana_notification_policy');
  expect(point).toMatchObject({ name: 'operators', webhook: [{ url: 'https://alerts.example/hook' }] });
  expect(policy).toMatchObject({
    contact_point: reference('grafana_contact_point.operators.name'),
    policy: [{ matcher: [{ label: 'severity', match: '=~', value: 'critical|emergency' }], group_wait: '5s' }],
  });
  expect(resources(stack, 'grafana_mute_timing')).toEqual([]);
});

test('a profile without Grafana has no such stack, and one without the exporters no such panels', () => {
  const { grafana: _, ...others } = loadProfile('laptop').services;
  expect(
    synthesis({ ...loadProfile('laptop'), services: others }).manifest.stacks.map(({ name }) => name),
  ).not.toContain('dashboards');
  const { 'redis-exporter': __, ...rest } = loadProfile('laptop').services;
  const asked = shownExpressions({ ...loadProfile('laptop'), services: rest }).map(({ expression }) => expression);
  expect(asked.filter((expression) => expression.includes('redis_'))).toEqual([]);
  expect(asked.filter((expression) => expression.includes('pg_')).length).toBeGreaterThan(5);
});

test('a Grafana that nobody can reach from outside is refused: Terraform could give it nothing', () => {
  const profile = loadProfile('laptop');
  const grafana = { ...profile.services.grafana!, published: false };
  const synthesize = () => synthesis({ ...profile, services: { ...profile.services, grafana } });
  expect(synthesize).toThrow(NautilusError);
  expect(synthesize).toThrow(/does not publish/);
});
