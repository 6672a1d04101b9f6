import { en } from './en.ts'
import { type PlainKeyOf, translator } from './translator.ts'

export type MessageKey = keyof typeof en
/** Messages that depend on nothing. */
export type PlainKey = PlainKeyOf<typeof en>

/** The text of a message in the reader's language. */
export const t = translator(en)
