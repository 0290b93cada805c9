import { Red } from '../check';
import type { Answer, Request } from './platform';

/** What runs a command inside a container. */
export type Inside = (argv: readonly string[], timeoutMs: number) => Promise<{ exitCode: number; output: string }>;

/** bash opens the connection itself: an engine's image has no other client. HTTP/1.0: the answer ends with the connection. */
const script = `exec 3<>"/dev/tcp/$1/$2" || exit 1
printf '%s %s HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "$3" "$4" "$5" "$6" >&3
cat <&3`;

/** An HTTP message as it came: status and body. Undefined when it is none. */
export function parseAnswer(text: string): Answer | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  const end = text.indexOf('\r\n\r\n');
  return status === undefined || end < 0 ? undefined : { status: Number(status), body: text.slice(end + 4) };
}

/** Asks a service from inside the platform's network: for ports that are not published, or on another machine. */
export async function askedInside(
  inside: Inside,
  { host, port }: { readonly host: string; readonly port: number },
  path: string,
  { method = 'GET', body, timeoutMs = 5_000 }: Request = {},
): Promise<Answer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  const { exitCode, output } = await inside(
    ['bash', '-c', script, 'bash', host, String(port), method, path, length, text],
    timeoutMs,
  );
  const answer = parseAnswer(output);
  if (exitCode === 0 && answer !== undefined) return answer;
  throw new Red('no answer', `http://${host}:${port}${path}: ${output.trim().split('\n').at(-1) || 'no connection'}`);
}
