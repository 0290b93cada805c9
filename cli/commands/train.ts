import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { installationRoot, NautilusError, writeWhole } from '@nautilus/config';
import type { TrainedFile, TrainedInstrument, TrainingSession } from '@nautilus/ems/models';
import { LobsterFeed, loadLobster } from '@nautilus/marketdata/lobster';
import { Exit, type Register } from '../command';
import { wholeNumber } from '../option';
import { printJson } from '../output/json';
import { table } from '../output/table';

const MOST_PAIRS = 1000;
const usualFile = (): string => path.join(installationRoot(), 'engines', 'ems', 'models', 'trained.json');

type Session = TrainingSession & { readonly events: number };

/** A recording of the platform, or a LOBSTER message file. */
async function load(file: string, symbol: string): Promise<Session> {
  const { isRecording, loadRecordedInstrument } = await import('@nautilus/marketdata/recording');
  if (isRecording(file)) return loadRecordedInstrument(file, symbol);
  const session = await loadLobster(file);
  const { count, timeNs } = session.events;
  return {
    events: count,
    recording: () => new LobsterFeed(session, 1, () => 0),
    startNs: timeNs[0]!,
    endNs: timeNs[count - 1]!,
    tickSize: session.increment,
    mostOrders: session.mostOrders,
  };
}

const fingerprint = (file: string, { events }: Session) => ({
  name: path.basename(file),
  sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
  events,
});

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_MODELS_INVALID',
      message: `${file} holds no models: ${(cause as Error).message}`,
      fix: 'name another file, or delete this one',
      cause,
    });
  }
}

/** Puts an instrument into the file, in place of what it had of it. */
async function store(file: string, trained: TrainedInstrument): Promise<void> {
  const { MODELS_FORMAT, parseTrained } = await import('@nautilus/ems/models');
  const before: TrainedFile = existsSync(file)
    ? parseTrained(readJson(file))
    : { format: MODELS_FORMAT, instruments: [] };
  const others = before.instruments.filter(({ symbol }) => symbol !== trained.symbol);
  const instruments = [...others, trained].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const after = parseTrained({ format: MODELS_FORMAT, instruments });
  try {
    writeWhole(file, `${JSON.stringify(after, null, 1)}\n`);
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_OUTPUT_UNWRITABLE',
      message: `cannot write the models to ${file}: ${(cause as Error).message}`,
      fix: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}

const significant = (value: number): string => String(Number(value.toPrecision(3)));
const range = ([low, high]: readonly [number, number]): string =>
  `${(100 * low).toFixed(1)} … ${(100 * high).toFixed(1)} %`;

/** Whether the interval leaves a doubt. */
function verdict([low, high]: readonly [number, number]): string {
  if (low > 0) return 'better than half the spread';
  return high < 0 ? 'worse than half the spread' : 'not better than half the spread beyond chance';
}

function print({ symbol, impact, volume, tracking, slippage }: TrainedInstrument, file: string): void {
  const { volatility, halfSpread, depthSlope, permanent, orderFlow } = impact;
  const estimates = Object.entries({
    'volatility, currency a share per √second': volatility,
    'half spread, currency a share': halfSpread,
    'each share taken at once adds to the cost of a share': depthSlope,
    'each share taken, net, moves the mid': permanent,
    'each share of order-flow imbalance moves the mid': orderFlow,
  }).map(([name, { value, standardError }]) => [name, significant(value), significant(standardError)]);
  const parts: string[] = [
    table(
      estimates,
      [`impact of ${symbol}, ${impact.intervals} intervals of ${impact.intervalSeconds} s`, 'estimate', '±'],
      {
        right: [1, 2],
      },
    ),
    `Volume curve: ${volume === null ? 'none, no recording is a whole session' : `of ${volume.sessions} sessions`}. ` +
      `VWAP's schedule ${tracking.dynamic < tracking.twap ? 'follows' : 'does not follow'} the volume of the last recording better ` +
      `than TWAP's: it is off by ${(100 * tracking.dynamic).toFixed(2)} % of the order against ${(100 * tracking.twap).toFixed(2)} % (root mean square).`,
  ];
  if (slippage === null) parts.push('Slippage model: none, there were too few orders.');
  else
    parts.push(
      table(
        (['crossing', 'resting', 'all'] as const).flatMap((kind) =>
          (['orders', 'pairs'] as const).map((unit) => {
            const { examples, model, halfSpread: half, displayed, skillInterval } = slippage[kind][unit];
            const errors = [model, half, displayed].map((error) => error.toFixed(3));
            return [`${kind}, ${unit}`, examples, ...errors, range(skillInterval), verdict(skillInterval)];
          }),
        ),
        ['slippage', 'tested', 'error, bp', 'half spread', 'displayed', 'skill, 95 %', 'the model is'],
        { right: [1, 2, 3, 4, 5] },
      ),
    );
  process.stdout.write(`${parts.join('\n\n')}\n\nwritten to ${file}\n`);
}

/** `nautilus train`: the execution models of an instrument, from recordings of it. */
export const registerTrain: Register = (program, action) => {
  program
    .command('train')
    .description('learn impact, volume curve and slippage of an instrument from recordings of it')
    .argument('<files...>', 'recordings of the platform, or LOBSTER message files; the newest last')
    .requiredOption('--symbol <symbol>', 'the instrument')
    .option('--out <file>', 'where the models go; those that are built into the execution system when not given')
    .option('--seed <n>', 'of all that is random', wholeNumber(0, 0x7fffffff), 1)
    .option(
      '--pairs <n>',
      'walks of the recording in which orders are simulated, in pairs',
      wholeNumber(1, MOST_PAIRS),
      150,
    )
    .option('--json', 'stable JSON')
    .addHelpText(
      'after',
      '\nExample:\n  nautilus train engines/marketdata/data/AAPL_2012-06-21_message_50_first40000.csv.gz --symbol AAPL\n',
    )
    .action(
      action(
        async (
          files: string[],
          options: { symbol: string; out?: string; seed: number; pairs: number; json?: boolean },
        ): Promise<number> => {
          // Only now: it loads the native binding, which `doctor` must be able to find missing.
          const { trainModels } = await import('@nautilus/ems/models');
          const sessions: Session[] = [];
          for (const file of files) sessions.push(await load(file, options.symbol));
          const trained = trainModels({
            symbol: options.symbol,
            sessions,
            files: files.map((file, index) => fingerprint(file, sessions[index]!)),
            seed: options.seed,
            pairs: options.pairs,
          });
          const out = options.out ?? usualFile();
          await store(out, trained);
          if (options.json) printJson(trained);
          else print(trained, out);
          return Exit.fine;
        },
      ),
    );
};
