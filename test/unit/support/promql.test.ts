import { everyMetricIn, parseProblem } from '../../support/promql';

test.each([
  ['up', ['up']],
  ['sum by (service) (rate(a:b:c{x="y"}[5m])) unless on (service) up > 1', ['a:b:c', 'up']],
  ['histogram_quantile(0.99, sum by (le) (rate(hops_bucket{hop="a→b"}[$__rate_interval])))', undefined],
  ['{__name__="named", service="oms"}', ['named']],
  ['{service="oms"}', ['{service="oms"}']],
  ['label_replace(up, "a", "$1", "service", "(.*)")', ['up']],
  ['vector(1)', []],
])('%s', (expression, metrics) => {
  if (metrics === undefined) expect(parseProblem(expression)).toMatch(/^at \d+: "\$__/);
  else expect(everyMetricIn(expression)).toEqual(metrics);
});

test('what does not parse is told with its place', () => {
  expect(parseProblem('sum(rate(a[5m])')).toMatch(/^at 15/);
  expect(() => everyMetricIn('rate(a[5m]')).toThrow('not PromQL at 10');
});
