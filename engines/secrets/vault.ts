import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Kept } from './declaration';
import { SecretsError } from './errors';

/** Readable for the group, writable for nobody: a new value is a new file. */
const MODE = 0o440;
/** What an interrupted write leaves is swept away when it is older. */
const LEFTOVER_MS = 600_000;

const next = (file: string) => `${file}.next`;

/**
 * The folder of the secrets. A file appears whole or not at all, with its group and mode; a value that waits to come into
 * force is in `<file>.next`.
 */
export class Vault {
  /** Throws NAUT_SECRETS_OWNER when the folder belongs to somebody else. */
  constructor(readonly directory: string) {
    try {
      fs.accessSync(directory, fs.constants.W_OK);
    } catch (cause) {
      const user = process.getuid?.();
      const owner = fs.statSync(directory, { throwIfNoEntry: false })?.uid;
      throw new SecretsError({
        code: 'NAUT_SECRETS_OWNER',
        message: `user ${user} may not write to the volume of the secrets, which belongs to user ${owner} (${(cause as NodeJS.ErrnoException).code})`,
        fix: `deploy with \`nautilus deploy\`, which gives it the volume; or by hand: docker run --rm --user 0 -v VOLUME:/v IMAGE chown -R ${user} /v`,
        cause,
      });
    }
  }

  has(file: string): boolean {
    return (fs.statSync(this.path(file), { throwIfNoEntry: false })?.size ?? 0) > 0;
  }

  waits(file: string): boolean {
    return this.has(next(file));
  }

  /** The value; undefined when there is none. */
  read(file: string): string | undefined {
    return this.has(file) ? fs.readFileSync(this.path(file), 'utf8') : undefined;
  }

  readWaiting(file: string): string | undefined {
    return this.read(next(file));
  }

  changedAt(file: string): Date | undefined {
    return this.has(file) ? fs.statSync(this.path(file)).mtime : undefined;
  }

  /** Writes the value unless there is one; of two at once, one wins and the other keeps it. */
  create(kept: Kept, value: () => string): void {
    if (!this.has(kept.file)) this.put(kept.file, kept.gid, value(), 'keep');
  }

  replace({ file, gid }: Kept, value: string): void {
    this.put(file, gid, value, 'replace');
  }

  /** The value that is to come into force, unless one waits already: a rotation that was interrupted goes on with its own. */
  prepare({ file, gid }: Kept, value: () => string): void {
    if (!this.waits(file)) this.put(next(file), gid, value(), 'keep');
  }

  prepareAnew({ file, gid }: Kept, value: string): void {
    this.put(next(file), gid, value, 'replace');
  }

  /** What waited becomes the value. Nothing waits: nothing happens. */
  accept({ file, gid }: Kept): void {
    if (!this.waits(file)) return;
    this.protect(next(file), gid);
    fs.renameSync(this.path(next(file)), this.path(file));
    this.sync();
  }

  /** Group and mode as declared, whatever an older release or a copy by hand left. */
  protect(file: string, gid: number): void {
    const target = this.path(file);
    const stat = fs.statSync(target, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.gid !== gid) fs.chownSync(target, -1, gid);
    if ((stat.mode & 0o777) !== MODE) fs.chmodSync(target, MODE);
  }

  /** Takes away what interrupted writes left. */
  sweep(now = Date.now()): void {
    for (const name of fs.readdirSync(this.directory))
      if (/\.new-[0-9a-f]+$/.test(name) && now - fs.statSync(this.path(name)).mtimeMs > LEFTOVER_MS)
        fs.rmSync(this.path(name));
  }

  private path(file: string): string {
    return path.join(this.directory, file);
  }

  private put(file: string, gid: number, value: string, existing: 'keep' | 'replace'): void {
    const target = this.path(file);
    const fresh = `${target}.new-${randomBytes(6).toString('hex')}`;
    const descriptor = fs.openSync(fresh, 'wx', 0o600);
    try {
      fs.writeSync(descriptor, value);
      fs.fchownSync(descriptor, -1, gid);
      fs.fchmodSync(descriptor, MODE);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    if (existing === 'replace') fs.renameSync(fresh, target);
    else this.linkUnlessThere(fresh, file);
    this.sync();
  }

  /** A link, unlike a rename, fails where somebody was faster. */
  private linkUnlessThere(fresh: string, file: string): void {
    const target = this.path(file);
    try {
      // An empty file is what a full disk leaves: no value.
      if (!this.has(file)) fs.rmSync(target, { force: true });
      fs.linkSync(fresh, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      fs.rmSync(fresh);
    }
  }

  private sync(): void {
    const descriptor = fs.openSync(this.directory, 'r');
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
  }
}
