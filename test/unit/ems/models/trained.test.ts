import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { almgrenChriss } from '../../../../engines/ems/models/almgren-chriss';
import { builtInModels } from '../../../../engines/ems/models/built-in';
import { estimateImpact, executionProblem, observeImpact } from '../../../../engines/ems/models/impact-model';
import { executionModels, parseTrained } from '../../../../engines/ems/models/trained';
import { regularHours } from '../../../../engines/ems/models/volume-curve';
import { loadSample, sampleMarket } from './sample';

const engines = path.join(__dirname, '../../../../engines');
const text = readFileSync(path.join(engines, 'ems/models/trained.json'), 'utf8');
const file = () => JSON.parse(text);

test('the models that come with the platform are of the sample that comes with it, and say what it says', async () => {
  const [aapl] = parseTrained(file()).instruments;
  const { name, sha256, events } = aapl!.source.files[0]!;
  expect(
    createHash('sha256')
      .update(readFileSync(path.join(engines, 'marketdata/data', name)))
      .digest('hex'),
  ).toBe(sha256);
  const session = await loadSample();
  expect(session.events.count).toBe(events);
  const { fromNs, toNs } = aapl!.source;
  const seen = observeImpact(
    sampleMarket(session),
    { instrument: 1, tickSize: 100, capacity: 65_536 },
    { fromNs: fromNs + 300e9, toNs },
  );
  expect(estimateImpact(seen)).toEqual(aapl!.impact);
});

test('they make a schedule, a curve and a prediction; what was not trained has none', () => {
  const models = builtInModels();
  const { impact, volume, slippage } = models.get('AAPL')!;
  const plan = almgrenChriss(
    executionProblem(impact, { quantity: 5000, seconds: 1620, slices: 54, riskAversion: 1e-6 }),
  );
  expect(plan.schedule[26]).toBeCloseTo(0.576, 3);
  const averse = executionProblem(impact, { quantity: 5000, seconds: 1620, slices: 54, riskAversion: 1e-5 });
  expect(almgrenChriss(averse).schedule[26]).toBeCloseTo(0.848, 3);
  expect(volume.by(45_900e9)).toBeCloseTo(0.5, 9);
  // Half a spread of 1.5 bp; the book asks 2 bp for all; to cross costs that, to rest less.
  const order = (restSeconds: number) => Float64Array.of(1.5, 2, 0, 0.8, 0, -3, 0, Math.log(1 + restSeconds));
  expect(slippage!.predict(order(0))).toBeCloseTo(2, 0.5);
  expect(slippage!.predict(order(10))).toBeLessThan(slippage!.predict(order(0)));
  expect(models.get('MSFT')).toBeUndefined();
});

test('a whole session’s curve comes back from the file', () => {
  const changed = file();
  const weights = Array.from({ length: 390 }, (_, bin) => (bin < 30 ? 10 : 1));
  changed.instruments[0].volume = { hours: regularHours, weights, meanVolume: 1e7, sessions: 5 };
  const { volume } = executionModels(changed).get('AAPL')!;
  expect(volume.by(regularHours.openNs + 30 * 60e9)).toBeCloseTo(300 / 660, 12);
  expect(volume.meanVolume).toBe(1e7);
});

type Changed = ReturnType<typeof file>;
test.each<[string, (changed: Changed) => void, string]>([
  ['another format', (changed) => (changed.format = 'nautilus.execution-models/2'), 'format'],
  [
    'a parameter too few',
    (changed) => changed.instruments[0].slippage.weights.parameters.pop(),
    'slippage.weights.parameters',
  ],
  [
    'a parameter that is no number',
    (changed) => (changed.instruments[0].slippage.weights.parameters[7] = null),
    'parameters.7',
  ],
  [
    'other features',
    (changed) => (changed.instruments[0].slippage.weights.features[0] = 'moon phase'),
    'trained on other features',
  ],
  ['another net', (changed) => (changed.instruments[0].slippage.weights.layers = [8, 32, 1]), 'not a net of 8-16-16-1'],
  ['a deviation of 0', (changed) => (changed.instruments[0].slippage.weights.deviation[3] = 0), 'deviation.3'],
  ['no volatility', (changed) => (changed.instruments[0].impact.volatility.value = 0), 'impact.volatility'],
  [
    'impact without an optimal schedule',
    (changed) => {
      changed.instruments[0].impact.depthSlope.value = 0;
      changed.instruments[0].impact.permanent.value = -1e-6;
    },
    'impact.depthSlope',
  ],
  ['a field that nobody knows', (changed) => (changed.instruments[0].magic = 1), 'instruments.0'],
])('a file with %s is refused, with the place', (_, change, place) => {
  const changed = file();
  change(changed);
  expect(() => executionModels(changed)).toThrow(
    expect.objectContaining({
      code: 'NAUT_MODELS_INVALID',
      message: expect.stringContaining(place),
      fix: expect.stringContaining('nautilus train'),
    }),
  );
});
