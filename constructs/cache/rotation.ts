import type { Rotation } from '../secrets/secret';
import { usersProgram } from './users';

/** The users are made anew from the files, and Redis takes them over: nobody is disconnected. */
export const enginePasswordChange = {
  how: 'command',
  argv: ['sh', usersProgram, 'load'],
} as const satisfies Rotation;

/** The exporter reads its password when it starts. */
export const exporterPasswordChange = {
  ...enginePasswordChange,
  service: 'redis',
  afterwards: { how: 'restart' },
} as const satisfies Rotation;
