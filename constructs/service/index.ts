export { declaredContainer } from './declared';
export { Health } from './health';
export { literal } from './literal';
export { defaultSharedMemory, isService, Service, type ServiceProps, type Tmpfs, type VolumeMount } from './service';
export { nobody, platformUser } from './user';
