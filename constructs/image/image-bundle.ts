import { createHash, hash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { labels } from '@nautilus/config';

/** One file of a build context: text made here, or a file copied as it is. */
export type BundleFile = ({ readonly content: string } | { readonly source: string }) & {
  /** @default false */
  readonly executable?: boolean;
};

export interface ImageBundleProps {
  /** Service that runs in it: the repository's name after the project. */
  readonly name: string;
  readonly project: string;
  /** Reference of the image that it builds on. */
  readonly base: string;
  /** Lines of the Dockerfile after FROM and LABEL. */
  readonly instructions: readonly string[];
  /** By path in the build context, where directories that an instruction copies have to be the first part. */
  readonly files: Readonly<Record<string, BundleFile>>;
  /** Directories of the build context that stay empty. @default none */
  readonly directories?: readonly string[];
}

/**
 * A build context whose tag is the hash of all that is in it: what did not change is never built again, and a tag always
 * means the same image. A label says the same from inside, as anybody may give another image our tag.
 */
export class ImageBundle {
  readonly dockerfile: string;
  /** SHA-256 over the Dockerfile, this hash left out, and every file with its path and mode, in hexadecimal. */
  readonly hash: string;

  constructor(readonly props: ImageBundleProps) {
    const { base, project, name, instructions } = props;
    // Last, so that the steps before it are taken from the cache, and another image's step stands above it.
    const dockerfile = (content: string) =>
      [
        `FROM ${base}`,
        `LABEL ${labels.project}=${project} ${labels.service}=${name}`,
        ...instructions,
        `LABEL ${labels.content}=${content}`,
        '',
      ].join('\n');

    const digest = createHash('sha256').update(dockerfile(''));
    for (const [path, file] of this.sortedFiles())
      digest.update(`\0${path}\0${file.executable ? 'x' : '-'}\0${contentHash(file)}`);
    for (const directory of props.directories ?? []) digest.update(`\0${directory}/`);
    this.hash = digest.digest('hex');
    this.dockerfile = dockerfile(this.hash);
  }

  get name() {
    return this.props.name;
  }

  /** `<project>/<service>:<first 12 digits of the hash>`. */
  get reference(): string {
    return `${this.props.project}/${this.name}:${this.hash.slice(0, 12)}`;
  }

  /** Puts the build context into `directory`, unless it is there already. Modes do not depend on the umask. */
  writeTo(directory: string): void {
    const written = `${directory}.sha256`;
    if (existsSync(directory) && existsSync(written) && readFileSync(written, 'utf8') === this.hash) return;
    rmSync(directory, { recursive: true, force: true });
    this.put(join(directory, 'Dockerfile'), { content: this.dockerfile });
    for (const [path, file] of this.sortedFiles()) this.put(join(directory, path), file);
    for (const path of this.props.directories ?? []) makeDirectory(join(directory, path));
    writeFileSync(written, this.hash);
  }

  private sortedFiles() {
    return Object.entries(this.props.files).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private put(path: string, file: BundleFile): void {
    makeDirectory(dirname(path));
    if ('content' in file) writeFileSync(path, file.content);
    else copyFileSync(file.source, path);
    chmodSync(path, file.executable ? 0o755 : 0o644);
  }
}

function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

/** Large files are the same in several images: each is read once. */
const hashes = new Map<string, string>();

function contentHash(file: BundleFile): string {
  if ('content' in file) return hash('sha256', file.content);
  const known = hashes.get(file.source);
  if (known) return known;
  const fresh = hash('sha256', readFileSync(file.source));
  hashes.set(file.source, fresh);
  return fresh;
}
