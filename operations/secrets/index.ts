export { declaredPlatform } from './declared';
export { installCertificate, type OwnCertificateProps, readSecret } from './files';
export { type ListedSecret, listSecrets } from './list';
export { type Rotated, type RotateProps, type RotationStep, rotateSecrets } from './rotate';
export { adoptSecrets, certificateWatch, requireSecrets } from './volume';
