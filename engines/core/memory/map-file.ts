import fs from 'node:fs';
import { mapShared } from '../transport/native';
import { MemoryError } from './errors';

/**
 * Maps a file: what is read is the page cache itself, and what is written goes to the file. Bytes of its present length; a file that is
 * cut off while it is mapped ends the process at the next read past its end.
 */
export function mapFile(file: string): Uint8Array {
  const fd = fs.openSync(file, 'r+');
  try {
    const { size } = fs.fstatSync(fd);
    if (size === 0)
      throw new MemoryError({
        code: 'NAUT_MEMORY_SIZE',
        message: `${file} is empty: nothing can be mapped`,
        fix: 'map a file that has content',
      });
    return new Uint8Array(mapShared(fd, size));
  } finally {
    fs.closeSync(fd);
  }
}
