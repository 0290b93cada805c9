import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { synthesize } from '../terraform';

/**
 * What a profile declares, but for the services that are left out: synthesized into a folder that is gone afterwards.
 * Throws NautilusError as `synth` does.
 */
export async function declared(profile: string, without: readonly ServiceName[] = []): Promise<Manifest> {
  const output = mkdtempSync(join(tmpdir(), 'nautilus-declared-'));
  try {
    return await synthesize({ profile, output, without });
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
