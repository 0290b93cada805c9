import fs from 'node:fs';
import path from 'node:path';

/**
 * Note in a stack's folder that an apply has begun and did not end well: terraform was killed, or its engine was gone before
 * it said what it had made. What is on the engine then and not in the state is this deployment's own, and may be made anew.
 */
const file = (folder: string): string => path.join(folder, 'unfinished');

export const isUnfinished = (folder: string): boolean => fs.existsSync(file(folder));
export const markUnfinished = (folder: string): void => fs.writeFileSync(file(folder), `${new Date().toISOString()}\n`);
export const markFinished = (folder: string): void => fs.rmSync(file(folder), { force: true });
