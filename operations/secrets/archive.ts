/** One file as Docker's archive calls carry it. */
export interface ArchivedFile {
  /** Without a folder. */
  readonly name: string;
  readonly content: Buffer;
}

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
  /** @example 0o440 */
  readonly mode: number;
}

const BLOCK = 512;

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;

const toBlocks = (content: Buffer) =>
  Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);

/** A tar archive (POSIX ustar) of small files with short names. */
export function toTar(files: readonly (ArchivedFile & FileOwner)[]): Buffer {
  const entries = files.flatMap(({ name, content, uid, gid, mode }) => {
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0, 100);
    header.write(octal(mode, 7), 100);
    header.write(octal(uid, 7), 108);
    header.write(octal(gid, 7), 116);
    header.write(octal(content.length, 11), 124);
    header.write(octal(Math.floor(Date.now() / 1000), 11), 136);
    // The checksum is taken with blanks in its own place.
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return [header, toBlocks(content)];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}
