export { type HostHardware, usableMemory } from './host';
export { type ReadFile, readLinux } from './linux';
export * from './m4-max';
export { readMac, sysctlNames } from './macos';
