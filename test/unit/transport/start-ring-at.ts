import fs from 'node:fs';
import { ringWord } from '../../../engines/core/transport/ring-memory';

/** Makes a closed, unread ring look as if `position` messages had passed through it. */
export function startRingAt(file: string, position: number): void {
  const fd = fs.openSync(file, 'r+');
  const put = (word: number, value: number) =>
    fs.writeSync(fd, new Uint8Array(Int32Array.of(value).buffer), 0, 4, word * 4);
  put(ringWord.head, position | 0);
  put(ringWord.headHalves, Math.floor(position / 2 ** 31));
  put(ringWord.reserved, position | 0);
  fs.closeSync(fd);
}
