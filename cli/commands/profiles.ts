import {
  loadProfile,
  NautilusError,
  type Profile,
  ProfileError,
  profileBudget,
  profileJsonSchema,
  profileNames,
  profileReference,
} from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { declared } from '@nautilus/operations/tune';
import { Exit, type Register } from '../command';
import { worstCasesOf } from '../output/budget';
import { printJson } from '../output/json';
import { profileJson, profileText } from '../output/profile';
import { securityJson, securityText } from '../output/security';
import { table } from '../output/table';

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** A profile, or what is wrong with it: the list shows both. */
function attempt(name: string): Profile | ProfileError {
  try {
    return loadProfile(name);
  } catch (error) {
    if (error instanceof ProfileError) return error;
    throw error;
  }
}

function list(options: { json?: boolean }): number {
  const all = profileNames().map((name) => ({ name, profile: attempt(name) }));
  if (options.json)
    printJson({
      profiles: all.map(({ name, profile }) =>
        profile instanceof ProfileError
          ? { name, error: profile.code }
          : {
              name,
              description: profile.description,
              project: profile.project,
              dockerMemoryBytes: profile.docker.memory.bytes,
              dockerCpus: profile.docker.cpus,
              claimedBytes: profileBudget(profile).claimed.bytes,
            },
      ),
    });
  else {
    const rows = all.map(({ name, profile }) =>
      profile instanceof ProfileError
        ? [name, '', '', profile.message]
        : [
            name,
            `${profileBudget(profile).claimed} of ${profile.docker.memory}`,
            profile.docker.cpus,
            profile.description,
          ],
    );
    print(table(rows, ['profile', 'memory', 'CPUs', 'for']));
  }
  return all.some(({ profile }) => profile instanceof ProfileError) ? Exit.failed : Exit.fine;
}

/** What is synthesized of a profile, or why nothing is: it is shown either way. */
async function synthesized(name: string): Promise<Manifest | NautilusError> {
  try {
    return await declared(name);
  } catch (error) {
    if (error instanceof NautilusError) return error;
    throw error;
  }
}

async function show(name: string, options: { json?: boolean; security?: boolean }): Promise<number> {
  const profile = loadProfile(name);
  const manifest = await synthesized(name);
  if (manifest instanceof NautilusError) {
    // Who asks what a profile comes to sees it, and then why it cannot be deployed.
    if (!options.security && !options.json) print(profileText(profile));
    throw manifest;
  }
  if (options.security) {
    if (options.json) printJson({ name: profile.name, ...securityJson(manifest) });
    else print(securityText(manifest));
  } else if (options.json) printJson(profileJson(profile, worstCasesOf(manifest)));
  else print(profileText(profile, worstCasesOf(manifest)));
  return Exit.fine;
}

/** `nautilus profiles`: the tune profiles, and what one of them comes to. */
export const registerProfiles: Register = (program, action) => {
  const profiles = program.command('profiles').description('the tune profiles: what each gives every service');
  profiles
    .command('list')
    .description('every profile that comes with the platform')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus profiles list\n')
    .action(action(list));
  profiles
    .command('show <name>')
    .description('a resolved profile: its budget, network, ports and trading; a name, or the path of a file')
    .option('--security', 'each rule for containers, who keeps it, and who is let off it and why')
    .option('--json', 'stable JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus profiles show laptop\n  nautilus profiles show m4-max-128gb --security\n',
    )
    .action(action(show));
  profiles
    .command('schema')
    .description('the JSON Schema of a profile, for editors (config/profiles/schema.json)')
    .addHelpText(
      'after',
      '\nExample:\n  nautilus profiles schema > config/profiles/schema.json && npx biome format --write config/profiles/schema.json\n',
    )
    .action(
      action(() => {
        printJson(profileJsonSchema());
        return Exit.fine;
      }),
    );
  profiles
    .command('reference')
    .description('every key of a profile, as the page docs/reference/profile.md')
    .action(
      action(() => {
        process.stdout.write(profileReference());
        return Exit.fine;
      }),
    );
};
