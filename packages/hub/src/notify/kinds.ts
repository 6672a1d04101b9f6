import type { ChannelKind } from '@lumen/protocol/http/channels'
import type { ChannelKindSpec } from './channel-kind.ts'
import { apprise } from './channels/apprise.ts'
import { discord } from './channels/discord.ts'
import { email } from './channels/email.ts'
import { gotify } from './channels/gotify.ts'
import { matrix } from './channels/matrix.ts'
import { ntfy } from './channels/ntfy.ts'
import { pushover } from './channels/pushover.ts'
import { slack } from './channels/slack.ts'
import { teams } from './channels/teams.ts'
import { telegram } from './channels/telegram.ts'
import { webPush } from './channels/web-push.ts'
import { webhook } from './channels/webhook.ts'

/** Every kind there is, in the order of the protocol's list. */
export const KINDS: readonly ChannelKindSpec[] = [
  ...[email, ntfy, gotify, pushover, telegram, discord, slack, matrix, teams, webhook, webPush, apprise],
]

export function kindOf(name: ChannelKind): ChannelKindSpec | undefined {
  return KINDS.find(({ kind }) => kind === name)
}
