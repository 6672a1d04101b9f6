import { alertMessages } from './en-alerts.ts'
import { type PlainKeyOf, translator } from './translator.ts'

export type AlertPlainKey = PlainKeyOf<typeof alertMessages>

/** As `t`, of the messages that only the alert pages use: they stay out of the first load. */
export const ta = translator(alertMessages)
