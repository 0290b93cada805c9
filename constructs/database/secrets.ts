import { secretFiles } from '@nautilus/config';
import type { Secret } from '../secrets';

export const databaseSecrets = {
  /** Of the role that owns the platform's database. */
  owner: { file: secretFiles.postgres, gid: 10_101 },
  /** Of the superuser: for people, no service uses it. */
  superuser: { file: 'postgres-superuser-password', gid: 10_102 },
} as const satisfies Record<string, Secret>;
