import { serviceNames } from '@nautilus/config';
import type { Expectation, Manifest } from '@nautilus/manifest';

/** One setting of one service: what it is set to, why, and what was asked for instead. */
export interface ExplainedSetting {
  readonly service: string;
  /** Who can be asked for it: the server, its container. */
  readonly subject: Expectation['subject'];
  readonly setting: string;
  /** As the server writes it. */
  readonly value: string;
  /** In base units, as it is compared with the running server. */
  readonly declared: Expectation['value'];
  readonly unit?: string;
  readonly reason: string;
  readonly source: string;
  /** What the requirements ask for where it is something else, and why it is not done. */
  readonly requirement?: { readonly value: string; readonly why: string };
}

/** What is in a server, and not how it is set. */
const contents: ReadonlySet<Expectation['subject']> = new Set([
  'postgres-extension',
  'postgres-schema',
  'grafana-object',
]);

/**
 * Every setting of every service that a manifest declares, in its order.
 * Throws NAUT_SERVICE_UNKNOWN for a service that there is not.
 */
export function explainSettings(
  manifest: Manifest,
  { service }: { readonly service?: string } = {},
): ExplainedSetting[] {
  const [only] = service === undefined ? [] : serviceNames([service]);
  return manifest.services
    .filter(({ name }) => only === undefined || name === only)
    .flatMap(({ name, expectations }) =>
      expectations.filter(({ subject }) => !contents.has(subject)).map((expectation) => explained(name, expectation)),
    );
}

function explained(service: string, expectation: Expectation): ExplainedSetting {
  const { subject, setting, value, unit, written, reason, source, requirement } = expectation;
  return {
    service,
    subject,
    setting,
    value: written ?? inWords(value, unit),
    declared: value,
    ...(unit && { unit }),
    reason,
    source,
    ...(requirement && { requirement }),
  };
}

/** A value that nobody writes into a file. */
function inWords(value: Expectation['value'], unit: string | undefined): string {
  if (unit === 'bytes' && typeof value === 'number' && value >= 2 ** 20)
    return `${Math.round((value / 2 ** 20) * 100) / 100} MiB`;
  return unit && unit !== 'count' ? `${value} ${unit}` : String(value);
}
