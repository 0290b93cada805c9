import type { Answers } from '../observed';
import type { Subject } from '../reading';
import { answered } from '../script';
import { at } from './at';
import { processQuestions, startedWith } from './process';

/** bash opens the connection itself: no image of an engine has a program for it. */
const status = (port: number) =>
  `ask bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && printf "GET /m4-max/status HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" >&3 && exec cat <&3'`;

/**
 * What the process was started with: options on its command line, variables of its environment, and of an engine what its
 * configuration says, by path.
 */
export const engine: Subject = {
  questions: ({ env, port }) => ({
    ...processQuestions,
    ...(env.NAUTILUS_CONFIG && { configuration: `cat ${env.NAUTILUS_CONFIG}`, status: status(port) }),
  }),
  settings: ({ answers }, { env }) => {
    const known = startedWith(answers);
    const configuration: unknown = env.NAUTILUS_CONFIG ? JSON.parse(answered(answers, 'configuration')) : undefined;
    return ({ setting, unit }) => {
      const value = known.get(setting) ?? at(configuration, setting.split('.'));
      // Node takes its heap in MiB.
      return value !== undefined && unit === 'bytes' ? Number(value) * 2 ** 20 : value;
    };
  },
};

/** Hash of the configuration that the running engine has read. Throws where it does not say. */
export function runningConfiguration(answers: Answers): string {
  const reply = answered(answers, 'status');
  const [head = '', ...body] = reply.split('\r\n\r\n');
  if (!/^HTTP\/1\.[01] 200 /.test(head)) throw new Error(`status: ${head.split('\r\n')[0] || 'no reply'}`);
  const { specHash, configuration } = JSON.parse(body.join('\r\n\r\n')) as {
    readonly specHash?: string | null;
    readonly configuration?: { readonly specHash?: string | null };
  };
  const hash = configuration?.specHash ?? specHash;
  if (!hash) throw new Error('status: it has no hash of a configuration');
  return hash;
}
