import { channelKind } from '../channel-kind.ts'
import { secretUrl } from '../form.ts'
import { resultOf } from '../http-send.ts'
import { cutTo } from '../message/cut-to.ts'
import { byChars, render } from '../message/render.ts'
import { PLAIN } from '../message/styles.ts'

/** An incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) with blocks of plain text, in
 * which nothing is a command: 150 characters of header, 3000 of text. Mattermost and Rocket.Chat take `text` of the same. */
export const slack = channelKind({
  kind: 'slack',
  settings: {},
  secrets: { webhook_url: secretUrl() },
  async send(message, { secrets }, { http, signal }) {
    const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })
    const body = {
      text: escapeControl(cutTo(message.title, byChars(1_000))),
      unfurl_links: false,
      blocks: [
        { type: 'header', text: plain(cutTo(message.title, byChars(150))) },
        { type: 'section', text: plain(render({ ...message, link: null }, PLAIN, byChars(3_000))) },
        ...(message.link === null
          ? []
          : [
              {
                type: 'actions',
                elements: [
                  { type: 'button', text: plain('Open in Lumen'), url: cutTo(message.link, byChars(3_000)) },
                ],
              },
            ]),
      ],
    }
    return resultOf(await http.send({ url: secrets.webhook_url, body }, signal), 'Slack')
  },
})

/** The three characters Slack's `text` gives a meaning to. */
function escapeControl(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
