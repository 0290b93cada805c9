import { NautilusError } from '@nautilus/config';
import { terraformProgram } from './environment';
import type { Diagnostic } from './messages';

/** What a person needs to know about an error of terraform, by what terraform or the provider says. */
interface Explanation {
  readonly matches: RegExp;
  readonly code: `NAUT_${string}`;
  readonly message: (found: RegExpMatchArray) => string;
  readonly fix: string | ((where: Failed, text: string) => string);
}

/** What failed. */
export interface Failed {
  readonly stack: string;
  /** Folder of the stack's configuration. */
  readonly folder: string;
  /** What was being done: init, plan, apply … */
  readonly what: string;
}

const explanations: readonly Explanation[] = [
  {
    matches: /container name "\/?([^"]+)" is already in use/,
    code: 'NAUT_NAME_TAKEN',
    message: ([, name]) => `a container named ${name} exists already, and this installation did not make it`,
    fix: 'run `nautilus destroy` with the same profile: it removes what carries our labels; else `docker rm -f` that container',
  },
  {
    matches:
      /(?:Bind for ([\d.]+:\d+) failed: port is already allocated|listen tcp4? ([\d.:]+): bind: address already in use)/,
    code: 'NAUT_PORT_TAKEN',
    message: (found) => `${found[1] ?? found[2]} on this machine is taken by another program`,
    fix: 'stop that program, or set exposure.portOffset or ports in the profile',
  },
  {
    matches: /Pool overlaps with other one on this address space/,
    code: 'NAUT_SUBNET_TAKEN',
    message: () => 'the subnet of the profile overlaps a network that Docker has already',
    fix: 'set another network.subnet in the profile, or remove the other network (`docker network ls`)',
  },
  {
    // What the provider makes of the engine's "has active endpoints", after half a minute.
    matches: /waiting for state to become 'removed' \(last state: 'pending'/,
    code: 'NAUT_NETWORK_IN_USE',
    message: () => "a network cannot be removed: by the engine's count there are containers in it",
    fix: 'disconnect those that `docker network inspect` names; where it names none, the engine (older than 28.1) has miscounted: restart it, and run the same command again',
  },
  {
    matches:
      /unable to (?:find or )?pull image ([^\s:]+(?::[^\s:]+)?)|(?:pull access denied|manifest unknown|No such image)(?:: (\S+))?/i,
    code: 'NAUT_IMAGE_MISSING',
    message: (found) => `image ${found[1] ?? found[2] ?? ''} is not on the engine and cannot be pulled`,
    fix: 'pull it by hand to see why (`docker pull`), or name an image that the engine has under images in the profile',
  },
  {
    matches: /container failed to be in healthy state/,
    code: 'NAUT_UNHEALTHY',
    message: () => 'a container was started but did not become healthy in time',
    fix: 'read what it says: `docker logs` with its name',
  },
  {
    matches: /no space left on device/i,
    code: 'NAUT_DISK_FULL',
    message: () => 'the disk is full: neither a plan nor the state can be written',
    fix: ({ folder }) =>
      `make room where ${folder} is (and where Docker keeps its data: \`docker system df\`), and run the same command again: it goes on from there`,
  },
  {
    matches: /Backend configuration (?:block )?(?:has )?changed|Backend initialization required|Backend type changed/i,
    code: 'NAUT_STATE_ELSEWHERE',
    message: () => 'the state of this profile was kept in another place than terraform.backend names now',
    fix: 'run `nautilus deploy --move-state` with the same profile: it brings the state along; or put the old terraform.backend back into the profile',
  },
  {
    matches: /run:?\s+"?(?:terraform|tofu) init/i,
    code: 'NAUT_NOT_INITIALIZED',
    message: () => 'the folder of the stack has no providers, or not those that its lock file names',
    fix: ({ folder }) => `${terraformProgram()} -chdir=${folder} init`,
  },
  {
    matches: /(?:acquiring|locking) (?:the )?(?:\S+ )?state(?: lock)?|state is (?:already )?locked/i,
    code: 'NAUT_STATE_LOCKED',
    message: () => 'another terraform works on this state at the moment, or one was killed in the middle',
    fix: ({ folder }, text) => {
      // Of an http server Terraform tells who asks, not who has the lock; only the id is the other's.
      const other = /already locked: ID=(\S+)/.exec(text)?.[1];
      const id = other ?? /ID:\s+(\S+)/.exec(text)?.[1] ?? 'ID';
      const who = other === undefined ? /Who:\s+(\S+)/.exec(text)?.[1] : undefined;
      return `wait for ${who ?? 'the other one'}; when it is known to be dead: ${terraformProgram()} -chdir=${folder} force-unlock ${id}`;
    },
  },
  {
    matches:
      /Failed to (?:get|load|save|persist|upload) (?:existing )?(?:workspaces|state)|Error (?:loading|saving|refreshing) state|error configuring .* backend/i,
    code: 'NAUT_STATE_UNREACHABLE',
    message: () => 'the place of the state that terraform.backend names does not do its part',
    fix: 'see that it can be reached from here and that its credentials are in the environment',
  },
  {
    matches: /Saved plan is stale|plan file can no longer be applied/i,
    code: 'NAUT_PLAN_STALE',
    message: () => 'somebody else deployed or destroyed this profile after the plan was made; nothing more was changed',
    fix: 'run the same command again: it makes a new plan',
  },
  {
    matches: /prevent_destroy/,
    code: 'NAUT_DATA_PROTECTED',
    message: () => 'the plan would destroy a data volume, which is protected',
    fix: 'keep the volume as it is; to give up its data, run `nautilus destroy --volumes` with the same profile',
  },
  {
    matches:
      /(?:Failed to query available provider packages|Failed to install provider|could not connect to registry)(?:[\s\S]*?provider (?:registry\.\S+?\/)?([a-z0-9-]+\/[a-z0-9-]+))?/i,
    code: 'NAUT_PROVIDER_MISSING',
    message: ([, provider]) => `terraform cannot get the provider ${provider ?? 'kreuzwerker/docker'}`,
    fix: 'connect to the network once, or put the provider under ~/.terraform.d/plugins (`nautilus doctor` says where)',
  },
  {
    matches: /Cannot connect to the Docker daemon|connect: connection refused|failed to connect to the docker API/i,
    code: 'NAUT_DOCKER_UNREACHABLE',
    message: () => 'the Docker engine does not answer',
    fix: 'start Docker; `nautilus doctor` says what it finds',
  },
  {
    matches: /range of CPUs is from ([\d.]+) to ([\d.]+)/i,
    code: 'NAUT_TOO_MANY_CPUS',
    message: ([, , most]) => `a container asks for more CPUs than the engine has (${most})`,
    fix: "lower the claim's cpus in the profile, or give Docker more CPUs",
  },
  {
    matches: /error setting rlimit/i,
    code: 'NAUT_OPEN_FILES',
    message: () => 'the engine may not open as many files as a container needs for its connections',
    fix: 'lower workload.cacheClients or gateway.connections in the profile, or raise LimitNOFILE of the Docker service',
  },
  {
    matches: /conflict: unable to remove repository reference|image is being used by/i,
    code: 'NAUT_IMAGE_IN_USE',
    message: () => 'an image cannot be removed: a container of somebody else uses it',
    fix: 'remove that container first (`docker ps -a`)',
  },
];

/** Longest part of terraform's own words that is shown. */
const MAX_LINES = 12;

/**
 * The error of a failed terraform call in a person's words, with terraform's own words below.
 *
 * @param output what was not JSON: terraform writes so before it has read its configuration
 */
export function explain(failed: Failed, diagnostics: readonly Diagnostic[], output: string): NautilusError {
  const { stack, what } = failed;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const original = errors.length > 0 ? errors.map(inWords) : [output.trim()];
  const text = original.join('\n');
  const details = [
    `terraform ${what} of stack ${stack} says:`,
    ...text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, MAX_LINES)
      .map((line) => `  ${line.trimEnd()}`),
  ];
  for (const { matches, code, message, fix } of explanations) {
    const found = matches.exec(text);
    if (found)
      return new NautilusError({
        code,
        message: message(found),
        details,
        fix: typeof fix === 'string' ? fix : fix(failed, text),
      });
  }
  return new NautilusError({
    code: 'NAUT_TERRAFORM_FAILED',
    message: `terraform ${what} of stack ${stack} failed`,
    details,
  });
}

function inWords({ summary, detail, address }: Diagnostic): string {
  return `${address === undefined ? '' : `${address}: `}${summary}${detail ? `\n${detail}` : ''}`;
}
