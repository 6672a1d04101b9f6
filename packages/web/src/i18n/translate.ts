/** A catalogue of messages: text, or functions from what the text depends on. */
type Catalogue = Readonly<Record<string, unknown>>
/** Messages that depend on nothing. */
export type PlainKeyOf<C extends Catalogue> = {
  [K in keyof C & string]: C[K] extends string ? K : never
}[keyof C & string]
type Arguments<M> = M extends (...args: infer A) => string ? A : []

export interface Translate<C extends Catalogue> {
  (key: PlainKeyOf<C>): string
  <K extends keyof C & string>(key: K, ...args: Arguments<C[K]>): string
}

/** What gives the text of a message in the reader's language. */
export function translator<C extends Catalogue>(catalogue: C): Translate<C> {
  return (key: keyof C & string, ...args: unknown[]): string => {
    const message: unknown = catalogue[key]
    return typeof message === 'function' ? message(...args) : String(message)
  }
}
