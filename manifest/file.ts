import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NautilusError } from '@nautilus/config';
import { type Manifest, ManifestSchema, manifestVersion } from './schema';

export const manifestPath = (outputFolder: string) => join(outputFolder, 'manifest.json');

/** Writes the manifest whole or not at all: a reader never sees half of one. Throws when it does not have the schema's shape. */
export function writeManifest(file: string, manifest: Manifest): void {
  const text = `${JSON.stringify(ManifestSchema.parse(manifest), null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}

/** Reads what the last synthesis declared. Throws NAUT_MANIFEST_MISSING, NAUT_MANIFEST_VERSION or NAUT_MANIFEST_INVALID. */
export function readManifest(file: string): Manifest {
  const again = 'run `nautilus synth` again';
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new NautilusError({
      code: missing ? 'NAUT_MANIFEST_MISSING' : 'NAUT_MANIFEST_INVALID',
      message: missing ? `there is no manifest at ${file}` : `${file} is not JSON: ${(cause as Error).message}`,
      fix: missing ? 'run `nautilus synth` first' : again,
      cause,
    });
  }
  const version = (content as { version?: unknown } | null)?.version;
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
