import { maybeJson } from '@lumen/std/maybe-json'
import { z } from 'zod'
import { channelKind } from '../channel-kind.ts'
import { secret, shaped, url } from '../form.ts'
import { resultOf, textIn } from '../http-send.ts'
import { byBytes, render } from '../message/render.ts'
import { escapeHtml, HTML, PLAIN } from '../message/styles.ts'

/** A message event (spec.matrix.org, client-server API, sending events), at most 65,536 bytes with all around it. The
 * transaction id is the message's key: a repetition is the same event. */
export const matrix = channelKind({
  kind: 'matrix',
  settings: {
    homeserver: url(),
    room_id: shaped(
      'text',
      z
        .string()
        .trim()
        .regex(/^![^\s/]{1,250}$/, 'begins with ! (Room settings → Advanced)'),
    ),
  },
  secrets: { access_token: secret() },
  async send(message, { settings, secrets }, { http, signal }) {
    const room = encodeURIComponent(settings.room_id)
    const server = settings.homeserver.replace(/\/+$/, '')
    const outcome = await http.send(
      {
        method: 'PUT',
        url: `${server}/_matrix/client/v3/rooms/${room}/send/m.room.message/${message.key}`,
        headers: { authorization: `Bearer ${secrets.access_token}` },
        body: {
          msgtype: 'm.text',
          // names nobody, whatever stands in it (MSC3952)
          'm.mentions': {},
          body: `${message.title}\n\n${render(message, PLAIN, byBytes(16_000))}`,
          format: 'org.matrix.custom.html',
          formatted_body: `<b>${escapeHtml(message.title)}</b><br>\n<br>\n${render(message, HTML, byBytes(24_000))}`,
        },
      },
      signal,
    )
    const result = resultOf(outcome, 'Matrix', textIn('error'))
    const waitMs = outcome.kind === 'answer' ? retryAfterIn(outcome.answer.text) : undefined
    return result.kind === 'failed' && waitMs !== undefined ? { retryAfterMs: waitMs, ...result } : result
  },
})

const waitSchema = z.object({ retry_after_ms: z.number().min(0) })

/** Older servers say it in the body alone. */
function retryAfterIn(text: string): number | undefined {
  return waitSchema.safeParse(maybeJson(text)).data?.retry_after_ms
}
