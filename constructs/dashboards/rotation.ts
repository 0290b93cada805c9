import { catalog, containerPaths, grafana, secretFiles } from '@nautilus/config';
import type { Rotation } from '../secrets/secret';

const file = `${containerPaths.secrets}/${secretFiles.grafana}`;
const api = `http://127.0.0.1:${catalog.grafana.port}${grafana.path}api`;

/**
 * What is run in Grafana's container while a new password of the administrator stands in `<file>.next`: it asks the running
 * server, so that nobody is logged out and no second Grafana has to find room in the container. curl reads both passwords
 * from its standard input: no list of processes has them. A second run finds the new one in force, and is content.
 */
const change = `set -eu
old=$(cat ${file})
new=$(cat ${file}.next)
ask() { curl --silent --show-error --fail --output /dev/null --config - "$@"; }
printf 'user = "${grafana.user}:%s"
header = "Content-Type: application/json"
request = PUT
data = "{\\\\"oldPassword\\\\":\\\\"%s\\\\",\\\\"newPassword\\\\":\\\\"%s\\\\",\\\\"confirmNew\\\\":\\\\"%s\\\\"}"
' "$old" "$old" "$new" "$new" | ask ${api}/user/password ||
printf 'user = "${grafana.user}:%s"\\n' "$new" | ask ${api}/user`;

export const adminPasswordChange = { how: 'command', argv: ['sh', '-c', change] } as const satisfies Rotation;
