import { secretFiles } from '@nautilus/config';
import type { Secret } from '../secrets';

/** Password of the cache's default user. */
export const cacheSecret: Secret = { file: secretFiles.redis, gid: 10_103 };
