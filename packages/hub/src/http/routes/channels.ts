import {
  changeChannel,
  createChannel,
  deleteChannel,
  listChannels,
  listDeliveries,
  retryDelivery,
  testChannel,
} from '@lumen/protocol/http/channels'
import { checkRoom } from '../../check-room.ts'
import { fieldsOf } from '../../notify/form.ts'
import { KINDS } from '../../notify/kinds.ts'
import type { Notifications } from '../../notify/notifications.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

export interface ChannelRouteParts {
  notifications: Notifications
  /** Names of the rules that name a channel. */
  rulesNaming(channelId: number): string[]
}

const FORMS = KINDS.map(({ kind, settings, secrets }) => ({
  kind,
  fields: [...fieldsOf(settings), ...fieldsOf(secrets)],
}))

export function mountChannelRoutes(router: Router, { notifications, rulesNaming }: ChannelRouteParts): void {
  const { channels, deliveries } = notifications

  router.private(listChannels, () => ({
    channels: channels.list().map((channel) => notifications.wire(channel)),
    kinds: FORMS,
  }))

  router.private(createChannel, async ({ body }) => {
    checkRoom('channel', channels.list().length)
    return { channel: notifications.wire(await channels.add(body)) }
  })

  router.private(changeChannel, async ({ params, body }) => ({
    channel: notifications.wire(await channels.change(params.id, body)),
  }))

  router.private(deleteChannel, async ({ params, query }) => {
    const rules = rulesNaming(channels.known(params.id).id)
    if (rules.length > 0 && query.force === undefined) {
      throw new Refusal(409, 'channel_in_use', `Rules tell this channel: ${rules.join(', ')}`, {
        extra: { rules },
      })
    }
    await notifications.removeChannel(params.id)
    return undefined
  })

  router.private(testChannel, ({ body }) => notifications.test(body.id, body.spec))
  router.private(listDeliveries, ({ query }) => deliveries.page(query))
  router.private(retryDelivery, async ({ params }) => ({ delivery: await notifications.retry(params.id) }))
}
