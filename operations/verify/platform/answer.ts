import type { z } from 'zod';
import { Red } from '../check';
import type { Answer } from './platform';

/** What was said, for a person: the refusal's own message where it has one. */
export function said({ status, body }: Answer): string {
  const { code = '', message } = (parsed(body) ?? {}) as { code?: string; message?: string };
  return message ? `HTTP ${status} ${code} ${message}`.replaceAll('  ', ' ') : `HTTP ${status}`;
}

/** Undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands in an answer of 200. @throws Red with `reason` when it is another */
export function body(answer: Answer, reason: string): string {
  if (answer.status !== 200) throw new Red(said(answer), reason);
  return answer.body;
}

/** An answer of this shape. @throws Red when it is a refusal, no JSON, or has another shape */
export function json<T>(schema: z.ZodType<T>, answer: Answer): T {
  if (answer.status >= 400) throw new Red(said(answer), 'it was refused');
  const value = parsed(answer.body);
  if (value === undefined) throw new Red(`HTTP ${answer.status}`, 'the answer is no JSON');
  const shaped = schema.safeParse(value);
  if (shaped.success) return shaped.data;
  const [issue] = shaped.error.issues;
  throw new Red(`HTTP ${answer.status}`, `the answer has another shape: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** The samples of a metric in the text that Prometheus scrapes, added up; undefined when there is none. */
export function metric(text: string, name: string): number | undefined {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
