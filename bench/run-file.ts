import fs from 'node:fs';
import { NautilusError } from '@nautilus/config';
import * as z from 'zod';
import { type BenchRun, RESULT_VERSION } from './result';

const SpreadSchema = z.object({ median: z.number(), min: z.number(), max: z.number() });
const RunSchema = z.looseObject({
  version: z.literal(RESULT_VERSION),
  results: z.array(
    z.looseObject({
      name: z.string(),
      unit: z.string(),
      figures: z.record(z.string(), SpreadSchema),
      ratios: z.array(
        SpreadSchema.extend({ of: z.tuple([z.string(), z.string()]), better: z.enum(['higher', 'lower']) }),
      ),
    }),
  ),
});

/** Reads what `bench --json` wrote. @throws NautilusError NAUT_BENCHMARK_FILES */
export function readRun(file: string): BenchRun {
  try {
    return RunSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8'))) as unknown as BenchRun;
  } catch (error) {
    throw new NautilusError({
      code: 'NAUT_BENCHMARK_FILES',
      message: `${file} is no result of \`nautilus bench --json\` of version ${RESULT_VERSION}: ${reason(error)}`,
      fix: 'write one with `nautilus bench core --json > FILE`',
    });
  }
}

const reason = (error: unknown): string =>
  error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0]! : (error as Error).message;
