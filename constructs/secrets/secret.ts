/** A random text in a file of the secrets volume. Only containers in its group can read it. */
export interface Secret {
  /** Name of the file. */
  readonly file: string;
  /** Group that may read it, one for each secret. */
  readonly gid: number;
}
