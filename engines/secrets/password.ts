import { randomBytes } from 'node:crypto';

/** 192 random bits as 48 hexadecimal digits: nothing that a shell, a URL or SQL reads otherwise. */
export const newPassword = (): string => randomBytes(24).toString('hex');
