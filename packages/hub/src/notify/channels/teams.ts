import { channelKind } from '../channel-kind.ts'
import { secretUrl } from '../form.ts'
import { resultOf } from '../http-send.ts'
import { cutTo } from '../message/cut-to.ts'
import { byBytes, byChars, render } from '../message/render.ts'
import { escapeMarkdown } from '../message/styles.ts'

/** A workflow that begins with “When a Teams webhook request is received”: an adaptive card of at most 28 KB. Its text blocks
 * know a little Markdown, which is escaped. */
export const teams = channelKind({
  kind: 'teams',
  settings: {},
  secrets: { webhook_url: secretUrl() },
  async send(message, { secrets }, { http, signal }) {
    const block = (text: string, more: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...more })
    const card = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: [
        block(escapeMarkdown(cutTo(message.title, byChars(500))), {
          weight: 'Bolder',
          size: 'Medium',
          color: COLOURS[message.level],
        }),
        block(render({ ...message, link: null }, TEXT_BLOCK, byBytes(16_000))),
      ],
      ...(message.link !== null && {
        actions: [{ type: 'Action.OpenUrl', title: 'Open in Lumen', url: message.link }],
      }),
    }
    const body = {
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
      ],
    }
    return resultOf(await http.send({ url: secrets.webhook_url, body }, signal), 'Teams')
  },
})

const COLOURS = { critical: 'Attention', warning: 'Warning', over: 'Good' } as const

/** Two line breaks make one. */
const TEXT_BLOCK = {
  escape: escapeMarkdown,
  strong: (escaped: string) => `**${escaped}**`,
  link: (url: string) => url,
  newline: '\n\n',
}
