import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { containerPaths, type EngineName, installationRoot, NautilusError, type Profile } from '@nautilus/config';
import { type BundleFile, ImageBundle } from '../image';
import { platformUser } from '../service/user';

export interface EngineBundleProps {
  readonly profile: Profile;
  readonly engine: EngineName;
  /** Folder with `<engine>.js`, one bundle an engine, and `<engine>-thread.js` of an engine that starts threads. */
  readonly bundles: string;
  /** Data files of the image, by name. @default none */
  readonly samples?: Readonly<Record<string, string>>;
}

/** Docker has no way to give a container a file that is neither secret nor state, so the configuration comes as text. */
const start = `#!/bin/sh
# start OPTIONS-OF-NODE...  writes the configuration where the engine reads it, then becomes the engine.
set -eu
(umask 077 && printf '%s' "$NAUTILUS_CONFIGURATION" >"$NAUTILUS_CONFIG")
unset NAUTILUS_CONFIGURATION
exec node "$@" /app/engine.js
`;

const ready = `#!/bin/bash
# ready PORT  ends with 0 when the engine is ready; bash opens the connection itself, for a tenth of what starting node costs.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3
read -r _ status _ <&3
[[ $status == 200 ]]
`;

/** The only part that is not JavaScript: prebuilt for both processors that containers run on. */
function nativeParts(): Record<string, BundleFile> {
  const koffi = dirname(require.resolve('koffi/package.json', { paths: [installationRoot()] }));
  const files = ['package.json', 'index.js', 'build/koffi/linux_x64/koffi.node', 'build/koffi/linux_arm64/koffi.node'];
  return Object.fromEntries(files.map((file) => [`app/node_modules/koffi/${file}`, { source: join(koffi, file) }]));
}

/** The image of one engine: its bundle, the native part, and what starts and checks it. */
export function engineBundle({ profile, engine, bundles, samples = {} }: EngineBundleProps): ImageBundle {
  const bundle = join(bundles, `${engine}.js`);
  const thread = join(bundles, `${engine}-thread.js`);
  const missing = [bundle, ...Object.values(samples)].find((file) => !existsSync(file));
  if (missing)
    throw new NautilusError({
      code: 'NAUT_ENGINE_NOT_BUILT',
      message: `the image of ${engine} needs ${missing}, which does not exist`,
      fix: 'run `npm run build`',
    });

  return new ImageBundle({
    name: engine,
    project: profile.project,
    base: profile.images.node,
    instructions: [
      'ENV NODE_ENV=production',
      `COPY --chown=${platformUser.name} empty ${containerPaths.data}`,
      'COPY app /app',
      'WORKDIR /app',
      `USER ${platformUser.name}`,
      'ENTRYPOINT ["/app/start"]',
    ],
    files: {
      'app/engine.js': { source: bundle },
      ...(existsSync(thread) && { 'app/engine-thread.js': { source: thread } }),
      'app/start': { content: start, executable: true },
      'app/ready': { content: ready, executable: true },
      ...nativeParts(),
      ...Object.fromEntries(
        Object.entries(samples).map(([name, source]) => [`${containerPaths.samples.slice(1)}/${name}`, { source }]),
      ),
    },
    directories: ['empty'],
  });
}
