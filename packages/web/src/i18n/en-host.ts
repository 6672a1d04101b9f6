/** Messages of the host page. */
export const hostMessages = {
  'host.title': 'Host',
} as const
