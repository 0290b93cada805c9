import * as z from 'zod';
import type { Known } from './machine';

/**
 * Who says a value: the profile that the process was started with, the kernel's accounts of its cgroup, the agent on the host,
 * or the process itself, which looked.
 */
export const origins = ['profile', 'cgroup', 'host agent', 'measured'] as const;
type Origin = (typeof origins)[number];

/** A value with who says it; where it is null, who would, and why nobody can know it. */
export type Fact<T> = Known<T> & { readonly origin: Origin };

/** @param reason why it is not known, for the case that it is not */
export const fact = <T>(origin: Origin, value: T | null | undefined, reason: string): Fact<T> =>
  value === null || value === undefined ? { value: null, origin, reason } : { value, origin };

/** Schema of a fact in an answer. */
export const factOf = <S extends z.ZodType>(value: S) =>
  z.object({
    value: value.nullable(),
    origin: z.enum(origins),
    reason: z.string().optional().describe('why the value is null'),
  });
