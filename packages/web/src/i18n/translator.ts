/** Messages of one part of the app: text, or functions from what the text depends on. */
export type Messages = Readonly<Record<string, string | ((...args: never[]) => string)>>

/** Keys of messages that depend on nothing. */
export type PlainKeyOf<C extends Messages> = { [K in keyof C]: C[K] extends string ? K : never }[keyof C]
type Arguments<C extends Messages, K extends keyof C> = C[K] extends (...args: infer A) => string ? A : []

/** Gives the texts of a catalogue. Pages that are loaded when they are opened have one of their own, so that their words
 * come with them. */
export interface Translator<C extends Messages> {
  (key: PlainKeyOf<C>): string
  <K extends keyof C>(key: K, ...args: Arguments<C, K>): string
}

export function translator<C extends Messages>(catalogue: C): Translator<C> {
  const translate = (key: keyof C, ...args: never[]): string => {
    const message = catalogue[key]
    return typeof message === 'function' ? message(...args) : String(message)
  }
  return translate as Translator<C>
}
