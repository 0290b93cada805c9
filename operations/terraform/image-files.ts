import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Digest of each file that an image is built from, by its path in the image's folder. */
export type ImageFiles = Readonly<Record<string, string>>;

const folderOf = (output: string) => path.join(output, 'images');
const record = 'images.json';

/** The files from which a synthesis builds the image of a service; empty for an image that is not built here. */
export function imageFiles(output: string, service: string): ImageFiles {
  const folder = path.join(folderOf(output), service);
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')];
    }),
  );
}

/** Keeps the digests beside a record: the next synthesis writes other files in their place. */
export function writeImageFiles(output: string, deployed: string): void {
  const folder = folderOf(output);
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const services = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const digests = Object.fromEntries(services.map((service) => [service, imageFiles(output, service)]));
  writeFileSync(path.join(deployed, record), `${JSON.stringify(digests)}\n`);
}

/** What {@link writeImageFiles} kept, by service. */
export function readImageFiles(folder: string): Readonly<Record<string, ImageFiles>> {
  const file = path.join(folder, record);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, ImageFiles>) : {};
}
