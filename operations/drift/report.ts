import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { installationRoot, type NamedProfile, NautilusError, profileArgument, writeWhole } from '@nautilus/config';
import * as z from 'zod';
import { type Finding, layers } from './finding';

/** Version of the report's shape. A field may be added in the same version; none changes its meaning or goes. */
export const reportVersion = 1;

const LayerSchema = z.enum(layers);
const argv = z.array(z.string()).min(1).readonly();
const container = z.string();
const network = z.string();

const RepairActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('update'), container, resources: z.record(z.string(), z.unknown()) }),
  z.strictObject({ do: z.enum(['unpause', 'start', 'restart']), container }),
  z.strictObject({
    do: z.literal('connect'),
    container,
    network,
    address: z.string(),
    aliases: z.array(z.string()).readonly(),
    leave: z.boolean(),
  }),
  z.strictObject({ do: z.literal('disconnect'), container, network }),
  z.strictObject({ do: z.literal('command'), container, argv }),
]);

const FindingSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  kind: z.string(),
  what: z.string(),
  declared: z.string(),
  live: z.string(),
  cause: z.string().optional(),
  repair: z.strictObject({
    command: z.string(),
    interrupts: z.enum(['nothing', 'the service', 'the platform']),
    action: RepairActionSchema.optional(),
  }),
  layers: z.array(LayerSchema).min(1).readonly(),
}) satisfies z.ZodType<Finding>;

/** What one look found: what `nautilus drift --json` prints, and what is kept for a later dry run. */
const ReportSchema = z.strictObject({
  version: z.literal(reportVersion),
  profile: z.string(),
  project: z.string(),
  /** ISO 8601: when what is declared was deployed; absent for a declaration of another folder. */
  deployedAt: z.iso.datetime().optional(),
  /** ISO 8601. */
  lookedAt: z.iso.datetime(),
  seconds: z.number(),
  /** clean: everything that was asked for was read and is as declared; unknown: nothing differs in what could be read. */
  verdict: z.enum(['clean', 'drift', 'unknown']),
  services: z.int(),
  layers: z.array(
    z.strictObject({
      layer: LayerSchema,
      seconds: z.number(),
      /** What of this layer could not be read, and why. */
      unread: z.array(z.strictObject({ what: z.string(), reason: z.string() })),
    }),
  ),
  findings: z.array(FindingSchema).readonly(),
  notes: z.array(z.string()),
});

export type Report = z.output<typeof ReportSchema>;
export type LayerLook = Report['layers'][number];

/** A layer that is unread is no proof of anything: only what was read whole is clean. */
export const verdictOf = (looks: readonly LayerLook[], findings: readonly Finding[]): Report['verdict'] => {
  if (findings.length > 0) return 'drift';
  return looks.every(({ unread }) => unread.length === 0) ? 'clean' : 'unknown';
};

const keptReport = (profile: string, root = installationRoot()) => path.join(root, '.nautilus', profile, 'drift.json');

/** Keeps the report of a whole look for `nautilus drift repair --dry-run`, which asks no server itself. */
export function keepReport(report: Report, root?: string): void {
  const file = keptReport(report.profile, root);
  mkdirSync(path.dirname(file), { recursive: true });
  writeWhole(file, `${JSON.stringify(report)}\n`);
}

/** The report of the last look. @throws NautilusError NAUT_NOT_LOOKED */
export function lastReport(profile: NamedProfile, root?: string): Report {
  const file = keptReport(profile.name, root);
  try {
    return ReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const none = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new NautilusError({
      code: 'NAUT_NOT_LOOKED',
      message: none
        ? `nobody has looked for drift of profile ${profile.name} yet`
        : `${file} is not the report of a look`,
      fix: `run \`nautilus drift --profile ${profileArgument(profile)}\` first`,
      cause,
    });
  }
}
