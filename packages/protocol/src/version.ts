/** The push protocol a hub and an agent of this source speak. */
export const PROTOCOL_VERSION = 1

/** Each version with the hash of its wire schemas (see version.test.ts): changing what crosses the wire
 * without adding a line here fails the tests. */
export const PROTOCOL_HISTORY: readonly { version: number; schemaHash: string; change: string }[] = [
  { version: 1, schemaHash: '5af94253eb520bc4', change: 'first' },
]
