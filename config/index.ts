export * from './catalog';
export * from './errors';
export * from './fingerprint';
export * from './hardware';
export * from './profile';
export * from './root';
export * from './state-backends';
export * from './units';
