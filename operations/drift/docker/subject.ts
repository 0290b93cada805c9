import { labels } from '@nautilus/config';
import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import type { ContainerDetail, ImageConfig } from '../../docker';
import { type Difference, type Finding, findingOf, type Repair } from '../finding';
import type { ObservedDocker } from '../observed';
import { makeAnew } from '../repairs';
import { unreadNames } from './unread';

/** A declared container beside the one that has its name. */
export interface Subject {
  readonly declared: ManifestContainer;
  readonly live: ContainerDetail;
  /** What the image that it was made of brings along; undefined where the engine does not tell. */
  readonly image: ImageConfig | undefined;
  readonly manifest: Manifest;
  readonly observed: ObservedDocker;
}

/** Who made the container, where it was not the deployment that is compared with. A deployment names images by id, a person by tag. */
export function origin({ declared, live }: Subject): string | undefined {
  if (live.Config.Labels?.[labels.spec] !== declared.labels[labels.spec]) return 'another declaration deployed it';
  return live.Config.Image === live.Image ? undefined : 'made again by hand';
}

export const isUnread = ({ unread }: ObservedDocker, what: string): boolean =>
  unread.some((part) => part.what === what);

export const finding = findingOf('docker');

/** What takes another container to put it right. @param cause how ours came to it. @default Docker fixes it when a container is made */
export const fixed = (subject: Subject, difference: Difference, cause = 'made again by hand'): Finding =>
  finding(subject.declared.name, difference, makeAnew(subject.manifest, subject.declared), origin(subject) ?? cause);

/** A limit that `docker update` changes, and puts right. */
export const limit = (subject: Subject, difference: Difference, repair: Repair): Finding =>
  finding(subject.declared.name, difference, repair, origin(subject) ?? 'docker update');

/** The image that a container was made of, as a person would name it. */
export function imageName({ live, observed }: Subject): string {
  const [tag] = observed.images[live.Image]?.RepoTags ?? [];
  const short = live.Image.slice(0, 'sha256:'.length + 12);
  return tag === undefined ? short : `${tag} (${short})`;
}

export const imageOf = (live: ContainerDetail, { images }: ObservedDocker): ImageConfig | undefined =>
  (images[live.Image] ?? Object.values(images).find(({ Id }) => Id === live.Image))?.Config;

/** The image that the declared reference stands for; `'unread'` where the engine did not tell. */
export const wantedImage = ({ declared, observed }: Subject) =>
  isUnread(observed, unreadNames.image(declared.image)) ? 'unread' : observed.images[declared.image];
