import type { HostHardware } from '@nautilus/config';

type System = HostHardware['os'];

const anywhere = (text: string): Record<System, string> => ({ macos: text, linux: text, other: text });

/** How each thing is got, by operating system. */
const recipes = {
  node: {
    macos: 'brew install node@24',
    linux: 'install the current LTS from nodejs.org/en/download, or your distribution’s package when it is new enough',
    other: 'install the current LTS from nodejs.org/en/download',
  },
  docker: {
    macos:
      'brew install --cask docker-desktop (4.44.3 or later), or brew install --cask orbstack; start it once, and give its VM memory under Settings > Resources',
    linux: 'sudo apt-get install docker.io (Debian, Ubuntu), or follow docs.docker.com/engine/install',
    other: 'follow docs.docker.com/engine/install',
  },
  startDocker: {
    macos: 'start Docker Desktop or OrbStack',
    linux: 'sudo systemctl start docker; to use it without sudo: sudo usermod -aG docker $USER, then log in again',
    other: 'start Docker',
  },
  terraform: {
    macos: 'brew install hashicorp/tap/terraform; OpenTofu works too: brew install opentofu',
    linux: 'follow developer.hashicorp.com/terraform/install; OpenTofu (opentofu.org/docs/intro/install) works too',
    other: 'follow developer.hashicorp.com/terraform/install',
  },
  provider: anywhere(
    'connect to a network for the first deployment, or unpack the provider under ~/.terraform.d/plugins/registry.terraform.io/kreuzwerker/docker/VERSION/OS_ARCH (registry.opentofu.org for OpenTofu)',
  ),
  dependencies: anywhere('run `npm ci` in the folder of the platform, on Linux or macOS, x64 or arm64'),
  dockerMemory: {
    macos: 'Docker Desktop: Settings > Resources; OrbStack: Settings > System',
    linux: 'use a larger machine: Docker has all of this one',
    other: 'Docker Desktop: Settings > Resources',
  },
} satisfies Record<string, Record<System, string>>;

export const howToGet = (what: keyof typeof recipes, { os }: Pick<HostHardware, 'os'>): string => recipes[what][os];
