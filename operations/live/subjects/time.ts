import { Duration } from '@nautilus/config';

/** Milliseconds of a time that counts seconds where it names no unit. */
export const milliseconds = (text: string): number => Duration.parse(/\d$/.test(text) ? `${text}s` : text).milliseconds;
