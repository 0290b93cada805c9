import type { Setting } from './setting';

/** The part of a setting that says what the requirements ask for, where that is not what it is set to. */
export const asked = (value: string, { met, why }: { readonly met: boolean; readonly why: string }) =>
  met ? {} : ({ requirement: { value, why } } satisfies Pick<Setting, 'requirement'>);
