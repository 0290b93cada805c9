import pino, { type Logger } from 'pino';
import type { ProcessConfig } from './configuration';

/** One JSON object a line on standard output, written before the call returns: a crash loses no line. */
export const createLogger = ({ service, profile, logLevel }: ProcessConfig): Logger =>
  pino(
    {
      level: logLevel,
      base: { service, profile, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 1, sync: true }),
  );
