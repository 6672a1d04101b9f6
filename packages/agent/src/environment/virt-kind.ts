import type { VIRT_KINDS } from '@lumen/protocol/agent/facts'

/** One of the protocol's words for where a machine is. */
export type VirtKind = (typeof VIRT_KINDS)[number]
