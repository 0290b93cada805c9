import { Random } from '../../../../engines/core/numerics';
import { binVolumes, learnVolumeCurve, VolumeCurve, VolumeForecast } from '../../../../engines/ems/models/volume-curve';
import { trackingErrors } from '../../../../engines/ems/models/volume-evaluation';
import { loadSample, tradesOf } from './sample';

const hours = { openNs: 1000e9, closeNs: 1000e9 + 3600e9, bins: 12 };
const minute = 60e9;
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the curve', () => {
  const curve = new VolumeCurve(hours, Float64Array.of(3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4));

  test('is the weights’ running sum, linear within a bin, 0 before the open and 1 after the close', () => {
    expect(curve.by(hours.openNs - 1)).toBe(0);
    expect(curve.by(hours.openNs + 2.5 * minute)).toBeCloseTo(0.15, 12);
    expect(curve.by(hours.openNs + 10 * minute)).toBeCloseTo(0.4, 12);
    expect(curve.by(hours.openNs + 30 * minute)).toBeCloseTo(0.4, 12);
    expect(curve.by(hours.closeNs)).toBe(1);
  });

  test('gives a schedule: its own part of the interval at each slice’s end, equal parts where it has no volume', () => {
    expect([...curve.schedule(hours.openNs, hours.openNs + 10 * minute, 2)]).toEqual([expect.closeTo(0.75, 12), 1]);
    expect([...curve.schedule(hours.openNs + 15 * minute, hours.openNs + 45 * minute, 3)]).toEqual([1 / 3, 2 / 3, 1]);
    expect([...VolumeCurve.flat().schedule(40_000e9, 41_000e9, 4)]).toEqual(
      [0.25, 0.5, 0.75, 1].map((part) => expect.closeTo(part, 9)),
    );
  });

  test.each([
    [new Float64Array(12)],
    [Float64Array.of(1, 2)],
    [new Float64Array(12).fill(1).fill(-1, 3, 4)],
    [new Float64Array(12).fill(Number.NaN)],
  ])('weights of no curve are refused', (weights) =>
    expect(() => new VolumeCurve(hours, weights)).toThrow(expect.objectContaining({ code: 'NAUT_VOLUME_CURVE' })));
});

describe('learning', () => {
  const truth = Float64Array.from({ length: 12 }, (_, bin) => 1 + ((bin - 5.5) / 2) ** 2);
  const sum = truth.reduce((total, weight) => total + weight, 0);
  /** A day: clustered arrivals, so that one day alone says little. */
  const day = (random: Random) =>
    Float64Array.from(truth, (weight) => {
      let volume = 0;
      for (let cluster = 0; cluster < (weight / sum) * 40; cluster++)
        volume += Math.round(1000 * random.exponential() ** 2);
      return volume;
    });
  const distance = (weights: (bin: number) => number) =>
    Math.sqrt(mean([...truth].map((weight, bin) => (weights(bin) - weight / sum) ** 2)));
  const learnt = (curve: VolumeCurve) =>
    distance((bin) => curve.by(hours.openNs + (bin + 1) * 5 * minute) - curve.by(hours.openNs + bin * 5 * minute));

  test('is the mean of the sessions’ shares, pulled to the prior as if that were two sessions', () => {
    const sessions = [day(new Random(1)), new Float64Array(12), day(new Random(2))];
    const curve = learnVolumeCurve(hours, sessions);
    const traded = [sessions[0]!, sessions[2]!];
    for (let bin = 0, expected = 0; bin < 12; bin++) {
      expected +=
        (2 / 12 + traded.reduce((share, volumes) => share + volumes[bin]! / volumes.reduce((a, b) => a + b), 0)) / 4;
      expect(curve.by(hours.openNs + (bin + 1) * 5 * minute)).toBeCloseTo(expected, 12);
    }
    expect(curve.meanVolume).toBeCloseTo(mean(traded.map((volumes) => volumes.reduce((a, b) => a + b))), 6);
  });

  test('out of sample it is nearer to the truth than the sessions’ own mean while they are few, and than a flat curve always', () => {
    const flat = distance(() => 1 / 12);
    for (const days of [1, 2, 5, 20]) {
      const errors = { shrunk: [] as number[], raw: [] as number[] };
      for (let seed = 0; seed < 40; seed++) {
        const random = new Random(1000 * days + seed);
        const sessions = Array.from({ length: days }, () => day(random));
        errors.shrunk.push(learnt(learnVolumeCurve(hours, sessions)));
        errors.raw.push(learnt(learnVolumeCurve(hours, sessions, { priorSessions: 0 })));
      }
      if (days <= 2) expect(mean(errors.shrunk)).toBeLessThan(mean(errors.raw));
      expect(mean(errors.shrunk)).toBeLessThan(flat);
    }
  });

  test('binned volumes are the trades within the hours', () => {
    const { openNs, closeNs } = hours;
    const volumes = binVolumes(hours, [
      [openNs - 1, 9],
      [openNs, 1],
      [openNs + 5 * minute - 1, 2],
      [openNs + 5 * minute, 4],
      [closeNs - 1, 8],
      [closeNs, 9],
    ]);
    expect([...volumes]).toEqual([3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8]);
  });
});

describe('the forecast of a day', () => {
  /** Arrivals of a power-law process: its n-th of N points lies at T·u^(1/a). */
  const day = (exponent: number, random: Random, until: number, count = 4000) =>
    Array.from(
      { length: count },
      () => [hours.openNs + 3600e9 * random.uniform() ** (1 / exponent), 1 + random.below(5)] as const,
    )
      .filter(([timeNs]) => timeNs < until)
      .sort(([a], [b]) => a - b);

  test.each([0.5, 0.8, 1, 1.5])('finds how the day bends the curve: an exponent of %d', (exponent) => {
    const forecast = new VolumeForecast(VolumeCurve.flat(hours));
    const nowNs = hours.openNs + 40 * minute;
    let seen = 0;
    for (const [timeNs, quantity] of day(exponent, new Random(9), nowNs)) {
      forecast.trade(timeNs, quantity);
      seen += quantity;
    }
    // The prior's five minutes of forty-five pull it towards 1.
    expect(forecast.exponent(nowNs)).toBeCloseTo(45 / (5 + 40 / exponent), 1);
    // What the process itself expects of the day: 40 of its 60 minutes have passed, the order's time began with it.
    const fraction = forecast.fraction(hours.openNs, hours.closeNs, seen, nowNs, hours.openNs + 50 * minute);
    expect(fraction).toBeCloseTo((50 / 60) ** exponent, 1);
  });

  test('targets ascend from what was traded to exactly 1, whatever is known', () => {
    const random = new Random(11);
    for (let round = 0; round < 200; round++) {
      const forecast = new VolumeForecast(
        round % 2 === 0
          ? VolumeCurve.flat(hours)
          : learnVolumeCurve(hours, [Float64Array.from({ length: 12 }, () => random.below(5000) + 1)]),
      );
      const nowNs = hours.openNs + random.below(50) * minute;
      const startNs = Math.max(hours.openNs, nowNs - 5 * minute);
      let since = 0;
      for (const [timeNs, quantity] of day(0.3 + 2 * random.uniform(), random, nowNs, random.below(30))) {
        forecast.trade(timeNs, quantity);
        if (timeNs >= startNs) since += quantity;
      }
      let before = 0;
      for (let atNs = nowNs; atNs <= hours.closeNs; atNs += minute) {
        const fraction = forecast.fraction(startNs, hours.closeNs, since, nowNs, atNs);
        expect(fraction).toBeGreaterThanOrEqual(before - 1e-12);
        expect(fraction).toBeLessThanOrEqual(1);
        before = fraction;
      }
      expect(before).toBe(1);
    }
  });

  test('before the first trade it is the usual curve', () => {
    const curve = new VolumeCurve(hours, Float64Array.of(3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4));
    expect(
      new VolumeForecast(curve).fraction(hours.openNs, hours.closeNs, 0, hours.openNs, hours.openNs + 10 * minute),
    ).toBeCloseTo(0.4, 12);
  });
});

describe('the sample of AAPL, walked forward from a flat curve', () => {
  const open = 34_200e9;
  const end = open + 1640e9;
  let trades: [number, number][];

  beforeAll(async () => {
    trades = tradesOf(await loadSample());
  });

  test('over the whole of it VWAP’s schedule follows the volume better than TWAP’s', () => {
    const errors = trackingErrors(VolumeCurve.flat(), trades, open, end, 54)!;
    // The same formulas in numpy: 0.084747 and 0.068844.
    expect(errors.twap).toBeCloseTo(0.084747, 6);
    expect(errors.static).toBeCloseTo(errors.twap, 9);
    expect(errors.dynamic).toBeCloseTo(0.068844, 6);
  });

  test.each([
    [5, 10, 64, 32, true],
    [10, 20, 49, 20, false],
    [15, 30, 34, 20, true],
  ])('in %d minutes of it that is decided by chance', (minutes, slices, intervals, won, better) => {
    const windows = [];
    for (let startNs = open + minute; startNs + minutes * minute < end; startNs += 20e9)
      windows.push(trackingErrors(VolumeCurve.flat(), trades, startNs, startNs + minutes * minute, slices)!);
    expect(windows.length).toBe(intervals);
    expect(windows.filter(({ dynamic, twap }) => dynamic < twap).length).toBe(won);
    expect(mean(windows.map(({ dynamic }) => dynamic)) < mean(windows.map(({ twap }) => twap))).toBe(better);
  });

  test('an interval without a trade has no errors', () => {
    expect(trackingErrors(VolumeCurve.flat(), trades, end + 1e9, end + 2e9, 3)).toBeNull();
  });
});
