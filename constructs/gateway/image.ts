import type { Profile } from '@nautilus/config';
import { ImageBundle } from '../image';
import { gatewayConfiguration } from './configuration';

/** User of the official images, on Debian and on Alpine. */
export const nginxUser = Object.freeze({ uid: 101, gid: 101, name: '101:101' });

/** The profile's nginx image with the configuration, and nothing between Docker and nginx that would want to write to it. */
export const gatewayBundle = (profile: Profile): ImageBundle =>
  new ImageBundle({
    name: 'nginx',
    project: profile.project,
    base: profile.images.nginx,
    instructions: [
      'COPY nginx.conf /etc/nginx/nginx.conf',
      `USER ${nginxUser.name}`,
      // Lets the workers finish what they answer; SIGTERM would not.
      'STOPSIGNAL SIGQUIT',
      'ENTRYPOINT ["nginx", "-e", "stderr"]',
      'CMD []',
    ],
    files: { 'nginx.conf': { content: gatewayConfiguration(profile) } },
  });
