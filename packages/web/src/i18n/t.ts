import { en } from './en.ts'

type Catalogue = typeof en
export type MessageKey = keyof Catalogue
/** Messages that depend on nothing. */
export type PlainKey = { [K in MessageKey]: Catalogue[K] extends string ? K : never }[MessageKey]
type Arguments<K extends MessageKey> = Catalogue[K] extends (...args: infer A) => string ? A : []

/** The text of a message in the reader's language. */
export function t(key: PlainKey): string
export function t<K extends MessageKey>(key: K, ...args: Arguments<K>): string
export function t<K extends MessageKey>(key: K, ...args: Arguments<K>): string {
  const message: unknown = en[key]
  return typeof message === 'function' ? message(...args) : String(message)
}
