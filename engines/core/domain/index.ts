export * from './clock';
export * from './coded-error';
export * from './enums';
export * from './instrument';
export * from './layout';
export * from './messages';
export * from './topics';
