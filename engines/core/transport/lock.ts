import fs from 'node:fs';
import { tryLockFile, unlockFile } from './native';

const sleeper = new Int32Array(new SharedArrayBuffer(4));
/** A probe holds the lock for microseconds only; a taker waits that long before it believes in a holder. */
const ATTEMPTS = 20;

/**
 * Ownership of a role (the writer of a ring, a named reader) as an advisory lock on a file. It works between containers, where
 * process ids mean nothing, and ends with its process, however that ends: no heartbeat that a busy thread could miss.
 */
export class RoleLock {
  private constructor(private fd: number | undefined) {}

  /** Takes the lock, or returns undefined when someone alive holds it. The file is created, and never removed. */
  static take(file: string): RoleLock | undefined {
    const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryLockFile(fd)) return new RoleLock(fd);
      Atomics.wait(sleeper, 0, 0, 1);
    }
    fs.closeSync(fd);
    return undefined;
  }

  release(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }
}

/** Tells whether someone alive holds the lock of a file. Keeps the file open, so that asking costs two system calls. */
export class RoleProbe {
  private fd: number | undefined;

  constructor(private readonly file: string) {}

  held(): boolean {
    return !this.whileFree(() => {});
  }

  /** Runs the action with the lock held for it, unless someone alive holds it; tells which. */
  whileFree(action: () => void): boolean {
    this.fd ??= fs.openSync(this.file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
    if (!tryLockFile(this.fd)) return false;
    try {
      action();
    } finally {
      unlockFile(this.fd);
    }
    return true;
  }

  close(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }
}
