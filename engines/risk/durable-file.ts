import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError, type z } from '@nautilus/core/kernel';

/**
 * One JSON value that outlives the process and is never half written: a new file is made durable under another name, then
 * takes the old one's place.
 */
export class DurableFile<T> {
  constructor(
    readonly path: string,
    private readonly schema: z.ZodType<T>,
    /** What to do when it cannot be read, for the error. */
    private readonly remedy: string,
  ) {}

  /** Undefined when there is no file yet. @throws EngineError NAUT_STATE_CORRUPT, NAUT_STATE_UNREADABLE */
  read(): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.error('NAUT_STATE_UNREADABLE', `cannot read ${this.path}: ${(cause as Error).message}`, cause);
    }
    try {
      return this.schema.parse(JSON.parse(text));
    } catch (cause) {
      throw this.error('NAUT_STATE_CORRUPT', `${this.path} is damaged: ${firstLine(cause)}`, cause);
    }
  }

  /** Returns when the value is on the disk. @throws EngineError NAUT_STATE_NOT_SAVED; the old value is still there then */
  write(value: T): void {
    const draft = `${this.path}.new`;
    try {
      const file = openSync(draft, 'w', 0o600);
      try {
        writeFileSync(file, JSON.stringify(value));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, this.path);
      const directory = openSync(dirname(this.path), 'r');
      try {
        fsyncSync(directory);
      } finally {
        closeSync(directory);
      }
    } catch (cause) {
      throw this.error('NAUT_STATE_NOT_SAVED', `cannot save ${this.path}: ${(cause as Error).message}`, cause);
    }
  }

  private error(code: `NAUT_${string}`, message: string, cause: unknown): EngineError {
    return new EngineError({ status: 500, code, message, value: this.path, fix: this.remedy, cause });
  }
}

/** A zod error's message is JSON over many lines. */
function firstLine(cause: unknown): string {
  const issues = (cause as { issues?: readonly { path: PropertyKey[]; message: string }[] }).issues;
  const [issue] = issues ?? [];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : (cause as Error).message;
}
