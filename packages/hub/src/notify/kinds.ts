import { CHANNEL_KINDS, type ChannelKind } from '@lumen/protocol/http/channels'
import type { ChannelKindSpec } from './channel-kind.ts'
import { ntfy } from './channels/ntfy.ts'
import { webhook } from './channels/webhook.ts'

/** Every kind there is, in the order of the protocol's list. */
export const KINDS: readonly ChannelKindSpec[] = [ntfy, webhook].sort(
  (one, other) => CHANNEL_KINDS.indexOf(one.kind) - CHANNEL_KINDS.indexOf(other.kind),
)

export function kindOf(name: ChannelKind): ChannelKindSpec | undefined {
  return KINDS.find(({ kind }) => kind === name)
}
