import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { labels } from '../../../config';
import type { DockerClient } from '../../../operations/docker';

export interface LeakSearch {
  readonly docker: DockerClient;
  readonly project: string;
  /** The real secrets: content by file name. Certificates are public and left out. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders on this machine whose files must not have a value: Terraform's states, plans, what was synthesized. */
  readonly folders: readonly string[];
  /** Search every layer of the images, too: a copy of them passes through. @default false */
  readonly layers?: boolean;
}

/** A text that a secret could be recognized by, and which secret it is. */
interface Needle {
  readonly file: string;
  readonly bytes: Buffer;
}

const SHORTEST = 16;

/** A value as it is, in base64 at each of the three alignments, and in hexadecimal; of a key in PEM, its lines. */
function needlesOf(file: string, content: string): Needle[] {
  const lines = content
    .split('\n')
    .map((line) => line.trim().replace(/^[a-z]+:(?=\{)/, ''))
    .filter((line) => line.length >= SHORTEST && !line.startsWith('-----'));
  return lines.flatMap((line) => {
    const bytes = Buffer.from(line);
    const aligned = [0, 1, 2].map((shift) =>
      bytes
        .subarray(shift)
        .toString('base64')
        .replace(/.{0,4}=*$/, ''),
    );
    return [line, ...aligned, bytes.toString('hex')].map((text) => ({ file, bytes: Buffer.from(text) }));
  });
}

/** Files whose values are found in a text. */
const foundIn = (needles: readonly Needle[], text: Buffer): string[] => [
  ...new Set(needles.filter(({ bytes }) => text.includes(bytes)).map(({ file }) => file)),
];

function* filesBelow(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const absolute = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(absolute);
    else if (entry.isFile()) yield absolute;
  }
}

/**
 * Places that hold the value of a secret, each as `secret: place`: none, if all is well. Looked at are the folders; of every
 * container its configuration, its whole log, and the command lines and environments of its processes; of every image of the
 * project its configuration and history, and its layers where that is asked for.
 */
export async function findLeaks(search: LeakSearch): Promise<string[]> {
  const { docker, project } = search;
  const needles = Object.entries(search.secrets)
    .filter(([file]) => !file.endsWith('.crt'))
    .flatMap(([file, content]) => needlesOf(file, content));
  if (needles.length === 0) throw new Error('no secret was given to search for');
  const leaks: string[] = [];
  const look = (place: string, text: string | Buffer) => {
    for (const file of foundIn(needles, Buffer.from(text))) leaks.push(`${file}: ${place}`);
  };

  for (const folder of search.folders) for (const file of filesBelow(folder)) look(file, fs.readFileSync(file));
  for (const { Id, Names, State } of await docker.containers({ [labels.project]: project })) {
    const name = Names[0] ?? Id;
    look(`configuration of ${name}`, JSON.stringify(await docker.get(`/containers/${Id}/json`)));
    look(`log of ${name}`, await docker.logs(Id, 1_000_000));
    if (State !== 'running') continue;
    const { Processes } = await docker.get<{ Processes: string[][] }>(`/containers/${Id}/top`);
    look(`process list of ${name}`, JSON.stringify(Processes));
    look(`environments in ${name}`, await environments(docker, Id));
  }
  const images = await docker.images({ [labels.project]: project });
  const references = images.flatMap(({ RepoTags }) => RepoTags ?? []);
  for (const reference of references) {
    const image = `/images/${encodeURIComponent(reference)}`;
    look(`configuration of image ${reference}`, JSON.stringify(await docker.get(`${image}/json`)));
    look(`history of image ${reference}`, JSON.stringify(await docker.get(`${image}/history`)));
  }
  if (search.layers)
    for (const file of await inLayers(docker, references, needles)) leaks.push(`${file}: layers of images`);
  return [...new Set(leaks)];
}

/** Environments and command lines of the processes, as the container's own user sees them. */
async function environments(docker: DockerClient, container: string): Promise<string> {
  const { exitCode, output } = await docker.exec(container, [
    'sh',
    '-c',
    'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline',
  ]);
  // A process that ends meanwhile makes cat complain; one that could not be read at all leaves no PATH.
  if (exitCode !== 0 && !output.includes('PATH=')) throw new Error(`cannot look into ${container}: ${output}`);
  return output;
}

/** Secrets whose values stand in a layer. The images pass through and are not kept. */
function inLayers(
  docker: DockerClient,
  references: readonly string[],
  needles: readonly Needle[],
): Promise<Set<string>> {
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length));
  return new Promise((resolve, reject) => {
    const child = spawn('docker', ['save', ...references], {
      env: { ...process.env, DOCKER_HOST: docker.host },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const found = new Set<string>();
    let tail = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      const text = Buffer.concat([tail, chunk]);
      for (const file of foundIn(needles, text)) found.add(file);
      tail = text.subarray(Math.max(0, text.length - overlap));
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(found) : reject(new Error(`docker save ended with ${code}`))));
  });
}
