export * from './m4-max';
