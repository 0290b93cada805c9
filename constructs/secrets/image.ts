import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NautilusError, type Profile, secretsKeeper } from '@nautilus/config';
import { ImageBundle } from '../image';

/** Where the secrets volume is in the container that makes them. */
export const secretsDirectory = '/secrets';

/** The image of the container that makes the secrets. A new volume takes over the owner of the empty directory. */
export function secretsBundle(profile: Profile, bundles: string): ImageBundle {
  const program = join(bundles, 'secrets.js');
  if (!existsSync(program))
    throw new NautilusError({
      code: 'NAUT_ENGINE_NOT_BUILT',
      message: `the image of the secrets needs ${program}, which does not exist`,
      fix: 'run `npm run build`',
    });
  return new ImageBundle({
    name: 'secrets',
    project: profile.project,
    base: profile.images.node,
    instructions: [
      'ENV NODE_ENV=production',
      `COPY --chown=${secretsKeeper.name} empty ${secretsDirectory}`,
      'COPY app /app',
      `USER ${secretsKeeper.name}`,
      'ENTRYPOINT ["node", "--max-old-space-size=24", "/app/secrets.js"]',
    ],
    files: { 'app/secrets.js': { source: program } },
    directories: ['empty'],
  });
}
