import { en } from './en.ts'
import { type PlainKeyOf, translator } from './translate.ts'

type Catalogue = typeof en
export type MessageKey = keyof Catalogue
/** Messages that depend on nothing. */
export type PlainKey = PlainKeyOf<Catalogue>

/** The text of a message in the reader's language. */
export const t = translator(en)
