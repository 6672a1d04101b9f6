import { channelKind } from '../channel-kind.ts'
import { secretUrl } from '../form.ts'
import { resultOf, textIn } from '../http-send.ts'
import { cutTo } from '../message/cut-to.ts'
import { byChars, render } from '../message/render.ts'
import { MARKDOWN } from '../message/styles.ts'

/** A webhook's embed (discord.com/developers/docs/resources/webhook): 256 characters of title, 4096 of text. Nobody is
 * mentioned, whatever a container is called. */
export const discord = channelKind({
  kind: 'discord',
  settings: {},
  secrets: { webhook_url: secretUrl() },
  async send(message, { secrets }, { http, signal }) {
    const url = new URL(secrets.webhook_url)
    // answers once the message is there, or says why not
    url.searchParams.set('wait', 'true')
    const outcome = await http.send(
      {
        url: url.href,
        body: {
          allowed_mentions: { parse: [] },
          embeds: [
            {
              title: cutTo(MARKDOWN.escape(message.title), byChars(256)),
              description: render({ ...message, link: null }, MARKDOWN, byChars(4_096)),
              color: COLOURS[message.level],
              timestamp: new Date(message.at).toISOString(),
              ...(message.link !== null && { url: message.link }),
            },
          ],
        },
      },
      signal,
    )
    return resultOf(outcome, 'Discord', textIn('message'))
  },
})

const COLOURS = { critical: 0xd73a49, warning: 0xdbab09, over: 0x28a745 } as const
