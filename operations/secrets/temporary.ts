/** Service in the label of the temporary containers of operations: no part of the platform. */
export const temporaryService = 'secrets-keeper';
