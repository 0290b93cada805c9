import type { MountPoint } from '../../docker';
import type { Finding } from '../finding';
import { list, slug } from '../text';
import { differingEntries } from './maps';
import { fixed, type Subject } from './subject';

/** What is mounted where, path by path: volumes, the host's folders and sockets. */
export function compareMounts(subject: Subject): Finding[] {
  const { declared, live } = subject;
  const wanted = declared.volumes.map(({ path, volume, readOnly }) => [path, volumeText(volume, !readOnly)]);
  const mounted = (live.Mounts ?? [])
    .filter((mount) => !isOfImage(subject, mount))
    .map((mount) => [mount.Destination, mountText(mount)]);
  return differingEntries(Object.fromEntries(wanted), Object.fromEntries(mounted)).map((entry) =>
    fixed(subject, {
      kind: 'mounts',
      name: `mount-${slug(entry.key)}`,
      what: `mount at ${entry.key}`,
      declared: entry.declared ?? 'nothing mounted',
      live: entry.live ?? 'nothing mounted',
    }),
  );
}

/** Files in memory, path by path. */
export function compareTmpfs(subject: Subject): Finding[] {
  const sets = (tmpfs: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(tmpfs).map(([path, options]) => [path, list(options.split(',').filter(Boolean))]),
    );
  return differingEntries(sets(subject.declared.tmpfs), sets(subject.live.HostConfig.Tmpfs ?? {})).map((entry) =>
    fixed(subject, {
      kind: 'tmpfs',
      name: `tmpfs-${slug(entry.key)}`,
      what: `files in memory at ${entry.key}`,
      declared: entry.declared ?? 'none',
      live: entry.live ?? 'none',
    }),
  );
}

const access = (writable: boolean) => (writable ? 'read and write' : 'read only');
const volumeText = (volume: string, writable: boolean) => `volume ${volume}, ${access(writable)}`;

function mountText({ Type, Name, Source, RW }: MountPoint): string {
  if (Type === 'volume') return volumeText(Name ?? Source, RW);
  return Type === 'bind' ? `${Source} of the host, ${access(RW)}` : `${Type}, ${access(RW)}`;
}

/** A path that the image declares gets a volume of its own, named by 64 digits, where nothing else is there. */
const isOfImage = ({ image }: Subject, { Type, Name = '', Destination }: MountPoint): boolean =>
  Type === 'volume' && /^[0-9a-f]{64}$/.test(Name) && Object.hasOwn(image?.Volumes ?? {}, Destination);
