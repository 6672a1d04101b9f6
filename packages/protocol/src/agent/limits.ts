/** Limits of the push protocol, apart from the schemas so that an agent can use them without loading zod. */
export const PUSH_PATH = '/api/agent/push'
export const MAX_FRAMES_PER_PUSH = 1_000
/** Decoded size of one push. */
export const MAX_PUSH_BYTES = 8 * 1024 * 1024
export const MAX_EVENTS_PER_PUSH = 1_000
