export { type CommandResult, type RunCommand, runCommand } from './command';
export { detectHardware } from './hardware';
