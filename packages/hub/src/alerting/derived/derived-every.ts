import { MINUTE } from '@lumen/model/time'

/** How often a number is worked out from history, for each rule and host. */
export const DERIVED_EVERY_MS = 5 * MINUTE
