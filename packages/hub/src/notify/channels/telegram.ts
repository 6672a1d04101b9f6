import { maybeJson } from '@lumen/std/maybe-json'
import { z } from 'zod'
import { channelKind } from '../channel-kind.ts'
import { integerOrNone, shaped } from '../form.ts'
import { resultOf, textIn } from '../http-send.ts'
import { byChars, render } from '../message/render.ts'
import { escapeHtml, TELEGRAM_HTML } from '../message/styles.ts'

/** A bot's message (core.telegram.org/bots/api#sendmessage): 4096 characters after entities, counted with them here. The
 * token is part of the address, which therefore never gets into a fault (http-send.ts, redact.ts). */
export const telegram = channelKind({
  kind: 'telegram',
  settings: {
    chat_id: shaped(
      'text',
      z
        .string()
        .trim()
        .regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{4,64})$/, 'is a number or @name'),
    ),
    topic_id: integerOrNone(1, 2 ** 31 - 1),
  },
  secrets: {
    bot_token: shaped(
      'secret',
      z
        .string()
        .trim()
        .regex(/^\d{3,20}:[\w-]{20,100}$/, 'is no token of a bot'),
    ),
  },
  async send(message, { settings, secrets }, { http, origins, signal }) {
    const text = message.items.length > 1 ? `<b>${escapeHtml(message.title)}</b>\n\n` : ''
    const outcome = await http.send(
      {
        url: `${origins.telegram}/bot${secrets.bot_token}/sendMessage`,
        body: {
          chat_id: settings.chat_id,
          text: text + render(message, TELEGRAM_HTML, byChars(4_096 - text.length)),
          parse_mode: 'HTML',
          link_preview_options: { is_disabled: true },
          disable_notification: message.level === 'over',
          ...(settings.topic_id !== undefined && { message_thread_id: settings.topic_id }),
        },
      },
      signal,
    )
    const result = resultOf(outcome, 'Telegram', textIn('description'))
    // the wait stands in the body only
    const waitS = outcome.kind === 'answer' ? retryAfterIn(outcome.answer.text) : undefined
    return result.kind === 'failed' && waitS !== undefined
      ? { ...result, retryAfterMs: waitS * 1_000 }
      : result
  },
})

const waitSchema = z.object({ parameters: z.object({ retry_after: z.number().min(0) }) })

function retryAfterIn(text: string): number | undefined {
  return waitSchema.safeParse(maybeJson(text)).data?.parameters.retry_after
}
