export * from './cpu-cores';
export * from './duration';
export * from './invalid-value';
export * from './ipv4';
export * from './memory-size';
export * from './port';
