import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { labels, NautilusError } from '@nautilus/config';
import { stackFolder } from '@nautilus/manifest';
import { type DockerReader, DockerRefusal, type ImageDetail, type ImageStep, type ImageSummary } from '../docker';
import { each } from '../each';

/** The stack that builds our images. */
export const images = 'images';

/** An image that is built here. What a profile names and nobody builds is its operator's, and no business of this file. */
interface OwnImage {
  readonly reference: string;
  /** Hash of all that it is built from, as its label has it. */
  readonly content: string;
}

/** A reference of ours that stands for an image which was not built here. */
interface MovedImage extends OwnImage {
  /** What it stands for now, as a person would name it. */
  readonly live: string;
}

/** docker_image of a synthesized stack, as far as it is used. */
interface RawImage {
  readonly name: string;
  readonly build?: unknown;
  readonly triggers?: { readonly content?: string };
}

function imagesOf(output: string, stack: string): [logicalId: string, image: RawImage][] {
  const file = path.join(stackFolder(output, stack), 'cdk.tf.json');
  if (!existsSync(file)) return [];
  const { resource } = JSON.parse(readFileSync(file, 'utf8')) as {
    resource?: { docker_image?: Readonly<Record<string, RawImage>> };
  };
  return Object.entries(resource?.docker_image ?? {});
}

/** The images that a synthesis builds. @param output its folder */
export const ownImages = (output: string): OwnImage[] =>
  imagesOf(output, images).flatMap(([, { name, build, triggers }]) =>
    build === undefined || triggers?.content === undefined ? [] : [{ reference: name, content: triggers.content }],
  );

/** Terraform's addresses of the images that a stack builds or uses under these references. */
export const imageAddresses = (output: string, stack: string, references: ReadonlySet<string>): string[] =>
  imagesOf(output, stack).flatMap(([id, { name }]) => (references.has(name) ? [`docker_image.${id}`] : []));

/**
 * Our references that somebody gave to another image: Terraform finds an image of that name and is content. A reference that
 * stands for nothing is not among them: Terraform builds what is missing. Sends GET only.
 * @throws NautilusError NAUT_DOCKER_UNREACHABLE, NAUT_DOCKER_REFUSED
 */
export async function movedImages(docker: DockerReader, output: string): Promise<MovedImage[]> {
  const found = await each(ownImages(output), async (own) => {
    const live = await inspected<ImageDetail>(docker, own.reference, 'json');
    if (live === undefined) return [];
    const built = live.Config.Labels?.[labels.content] === own.content && !(await isMadeOfOurs(docker, live));
    return built ? [] : [{ ...own, live: nameOf(live, own.reference) }];
  });
  return found.flat();
}

/** Whether somebody built or committed it on top of an image of ours: then it has our labels, and was not built here. */
export async function isMadeOfOurs(docker: DockerReader, image: ImageDetail | ImageSummary): Promise<boolean> {
  const content = ('Config' in image ? image.Config.Labels : image.Labels)?.[labels.content];
  if (content === undefined) return false;
  const steps = (await inspected<readonly ImageStep[]>(docker, image.Id, 'history')) ?? [];
  // The newest is first. An engine that keeps no steps is believed the label.
  return steps.findIndex(({ CreatedBy }) => CreatedBy.includes(`${labels.content}=${content}`)) > 0;
}

async function inspected<T>(docker: DockerReader, reference: string, what: 'json' | 'history'): Promise<T | undefined> {
  try {
    return await docker.get<T>(`/images/${encodeURIComponent(reference)}/${what}`);
  } catch (error) {
    if (error instanceof DockerRefusal && error.status === 404) return undefined;
    throw error;
  }
}

function nameOf({ Id, RepoTags }: ImageDetail, reference: string): string {
  const other = RepoTags?.find((tag) => tag !== reference);
  const id = Id.slice(0, 'sha256:'.length + 12);
  return other === undefined ? id : `${other} (${id})`;
}

/** Every reference of ours stands for what was built. @throws NautilusError NAUT_IMAGE_MOVED, and as {@link movedImages} */
export async function requireOwnImages(docker: DockerReader, output: string): Promise<void> {
  const moved = await movedImages(docker, output);
  if (moved.length === 0) return;
  throw new NautilusError({
    code: 'NAUT_IMAGE_MOVED',
    message: `${moved.length === 1 ? 'an image of ours was' : `${moved.length} images of ours were`} replaced under the tag while it was deployed; no container was touched`,
    details: moved.flatMap(({ reference, content, live }) => [
      `${reference} stands for ${live}`,
      `  allowed: what was built under it, with the label ${labels.content}=${content}`,
    ]),
    fix: 'run the same command again: it builds what was replaced; when that does not last, find who gives our tags to other images (docker events --filter type=image --filter event=tag)',
  });
}
