import { containerPaths, secretFiles } from '@nautilus/config';

/**
 * Directory in memory that only Redis can read: configuration, users and the program that makes them. In /tmp, which every
 * image has: a mount point that Docker has to make is no longer writable when the container starts again.
 */
export const runtimeDirectory = '/tmp/redis';
export const usersProgram = `${runtimeDirectory}/users`;
export const usersFile = `${runtimeDirectory}/users.acl`;

/** Shell words that print a password; while it changes the new one, which Redis knows already. */
export const newestPassword = (file: string): string => `cat ${file}.next 2>/dev/null || cat ${file}`;

/** Whom the exporter connects as. */
export const exporterUser = 'exporter';

/**
 * All that the exporter asks: statistics, settings and the sizes of keys, never a value. Its script only counts keys, and a
 * script may do no more than its user.
 */
const exporterCommands = [
  'ping',
  'info',
  'select',
  'scan',
  'dbsize',
  'eval',
  'evalsha',
  'config|get',
  'client|setname',
  'memory|usage',
  'latency|latest',
  'latency|histogram',
  'slowlog|get',
  'slowlog|len',
];

/** What no user of the platform needs, and what takes data out or another program in. */
const refused = ['debug', 'module', 'migrate', 'replicaof', 'slaveof', 'monitor'];

/**
 * The shell program that turns the password files into Redis's list of users. Redis gets the SHA-256 of a password and nothing
 * else. While a password changes, `<file>.next` has the new one. With `load` the running server takes them over: sessions
 * go on, the next ones need the new passwords. It authenticates over standard input, with whichever password is in force.
 */
export const makeUsers = (port: string): string => `set -eu
umask 077
password() { if [ -s "$1.next" ]; then cat "$1.next"; else cat "$1"; fi; }
hash() { printf %s "$(password "${containerPaths.secrets}/$1")" | sha256sum | cut -c1-64; }
engines=$(hash ${secretFiles.redis})
exporter=$(hash ${secretFiles.redisExporter})
{
  echo "user default on #$engines ~* &* +@all ${refused.map((command) => `-${command}`).join(' ')}"
  echo "user ${exporterUser} on #$exporter ~* -@all ${exporterCommands.map((command) => `+${command}`).join(' ')}"
} > ${usersFile}.new
mv ${usersFile}.new ${usersFile}
[ "\${1-}" = load ] || exit 0
for file in ${containerPaths.secrets}/${secretFiles.redis} ${containerPaths.secrets}/${secretFiles.redis}.next; do
  [ -s "$file" ] || continue
  printf 'AUTH "%s"\\nACL LOAD\\n' "$(cat "$file")" | redis-cli -p ${port} > ${runtimeDirectory}/answer
  [ "$(cat ${runtimeDirectory}/answer)" = "OK
OK" ] && exit 0
done
cat ${runtimeDirectory}/answer >&2
exit 1
`;
