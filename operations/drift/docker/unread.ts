/** What an unread part of the Docker layer is called; a container goes by its service's name. */
export const unreadNames = {
  network: 'network',
  image: (reference: string) => `image ${reference}`,
} as const;
