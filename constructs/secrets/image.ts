import type { Profile } from '@nautilus/config';
import { ImageBundle } from '../image';
import { platformUser } from '../service/user';

/** Where the secrets volume is in the container that creates them. */
export const secretsDirectory = '/secrets';

const createSecrets = `#!/bin/sh
# create-secrets DIRECTORY FILE:GID...  puts 192 random bits into each file that is missing, readable for the group GID only.
set -eu
umask 077
directory=$1
shift
for entry; do
  file=$directory/\${entry%:*}
  if [ ! -s "$file" ]; then
    od -An -v -N24 -tx1 /dev/urandom | tr -d ' \\n' >"$file.new"
    chgrp "\${entry##*:}" "$file.new"
    chmod 0440 "$file.new"
    mv "$file.new" "$file"
  fi
done
`;

/** The image of the container that creates the secrets. A new volume takes over the owner of the empty directory. */
export const secretsBundle = (profile: Profile): ImageBundle =>
  new ImageBundle({
    name: 'secrets',
    project: profile.project,
    base: profile.images.node,
    instructions: [
      `COPY --chown=${platformUser.name} empty ${secretsDirectory}`,
      'COPY bin /usr/local/bin',
      `USER ${platformUser.name}`,
      'ENTRYPOINT ["create-secrets"]',
    ],
    files: { 'bin/create-secrets': { content: createSecrets, executable: true } },
    directories: ['empty'],
  });
