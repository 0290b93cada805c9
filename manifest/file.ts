import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NautilusError, writeWhole } from '@nautilus/config';
import { type Manifest, ManifestSchema, manifestVersion } from './schema';

/** cdktf keeps its own list of stacks in the same file, at the top level; the platform's manifest is the value of this key. */
const key = 'nautilus';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What cdktf wrote into the file, or nothing. */
function readBeside(file: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(content) ? content : {};
  } catch {
    return {};
  }
}

/** Writes the manifest. Throws when it does not have the schema's shape. */
export function writeManifest(file: string, manifest: Manifest): void {
  const text = `${JSON.stringify({ ...readBeside(file), [key]: ManifestSchema.parse(manifest) }, null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, text);
}

/** Reads what the last synthesis declared. Throws NAUT_MANIFEST_MISSING, NAUT_MANIFEST_VERSION or NAUT_MANIFEST_INVALID. */
export function readManifest(file: string): Manifest {
  const again = 'run `nautilus synth` again';
  let content: unknown;
  try {
    const whole: unknown = JSON.parse(readFileSync(file, 'utf8'));
    content = isObject(whole) ? whole[key] : undefined;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new NautilusError({
      code: missing ? 'NAUT_MANIFEST_MISSING' : 'NAUT_MANIFEST_INVALID',
      message: missing ? `there is no manifest at ${file}` : `${file} is not JSON: ${(cause as Error).message}`,
      fix: missing ? 'run `nautilus synth` first' : again,
      cause,
    });
  }
  const version = isObject(content) ? content.version : undefined;
  if (version !== manifestVersion)
    throw new NautilusError({
      code: 'NAUT_MANIFEST_VERSION',
      message: `${file} has version ${JSON.stringify(version)} of the manifest`,
      details: [`allowed: ${manifestVersion}`],
      fix: again,
    });
  const parsed = ManifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new NautilusError({
    code: 'NAUT_MANIFEST_INVALID',
    message: `${file} does not have the shape of a manifest`,
    details: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    fix: again,
  });
}
