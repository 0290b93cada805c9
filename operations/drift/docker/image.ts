import type { Finding } from '../finding';
import { finding, fixed, imageName, origin, type Subject, wantedImage } from './subject';

/** Was the container made of what the declared reference stands for? */
export function compareImage(subject: Subject): Finding[] {
  const { declared, live } = subject;
  const wanted = wantedImage(subject);
  if (wanted === 'unread' || wanted?.Id === live.Image) return [];
  const difference = { kind: 'image', what: 'image', declared: declared.image, live: imageName(subject) };
  if (origin(subject) !== undefined) return [fixed(subject, difference)];

  // The container is ours as it was deployed, its image still there: only the reference stands for something else.
  const repair = { command: `docker tag ${live.Image} ${declared.image}`, interrupts: 'nothing' } as const;
  if (wanted === undefined)
    return [
      finding(
        declared.name,
        { ...difference, kind: 'image-missing', live: `no image of that name; it runs ${imageName(subject)}` },
        repair,
        'docker image rm',
      ),
    ];
  return [
    finding(
      declared.name,
      {
        ...difference,
        kind: 'image-moved',
        declared: `${declared.image}, now ${wanted.Id.slice(0, 'sha256:'.length + 12)}`,
      },
      repair,
      'the tag was moved to another image',
    ),
  ];
}
