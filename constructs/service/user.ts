/** Who the first process of a container runs as, and the groups it is in besides. */
export interface ContainerUser {
  /** `uid:gid`, or a name that the image knows. Never root. */
  readonly name: string;
  readonly groups?: readonly number[];
}

/** Who owns no file: for images that run so. */
export const nobody = Object.freeze({ name: '65534:65534' }) satisfies ContainerUser;

/** Owner of everything that our own images write. */
export const platformUser = Object.freeze({ uid: 10_001, gid: 10_001, name: '10001:10001' });
