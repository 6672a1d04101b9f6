import { typesOf, type Value } from './decode.ts'

const WIDTHS: Readonly<Record<string, number>> = { y: 1, u: 4 }

/** Writes values as D-Bus marshals them, in either byte order: for tests, which need more than a caller does. */
export class Marshal {
  readonly #isLittle: boolean
  #bytes: number[] = []

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle
  }

  get length(): number {
    return this.#bytes.length
  }

  align(to: number): this {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0)
    return this
  }

  all(signature: string, values: readonly unknown[]): this {
    for (const [index, type] of typesOf(signature).entries()) this.value(type, values[index])
    return this
  }

  value(type: string, value: unknown): void {
    const code = type[0]!
    if (code === 'a') this.#array(type.slice(1), value as unknown[])
    else if (code === '(' || code === '{') this.align(8).all(type.slice(1, -1), value as unknown[])
    else if (code === 'v') {
      const [inner, held] = value as [string, unknown]
      this.value('g', inner)
      this.value(inner, held)
    } else if ('sog'.includes(code)) {
      const text = Buffer.from(value as string)
      this.value(code === 'g' ? 'y' : 'u', text.length)
      this.#bytes.push(...text, 0)
    } else this.#number(code, value as number)
  }

  done(): Buffer {
    return Buffer.from(this.#bytes)
  }

  #number(code: string, value: number): void {
    const width = WIDTHS[code]!
    const bytes = [0, 8, 16, 24].slice(0, width).map((shift) => (value >>> shift) & 255)
    this.align(width).#bytes.push(...(this.#isLittle ? bytes : bytes.reverse()))
  }

  #array(type: string, values: readonly unknown[]): void {
    const inner = new Marshal(this.#isLittle)
    this.value('u', 0)
    const lengthAt = this.#bytes.length - 4
    this.align('({'.includes(type[0]!) ? 8 : (WIDTHS[type] ?? (type === 'v' || type === 'g' ? 1 : 4)))
    const from = this.#bytes.length
    for (const value of values) this.value(type, value)
    inner.value('u', this.#bytes.length - from)
    this.#bytes.splice(lengthAt, 4, ...inner.done())
  }
}

const KINDS = { call: 1, return: 2, error: 3, signal: 4 } as const

export interface MessageToSend {
  kind: keyof typeof KINDS
  serial: number
  isLittle?: boolean
  /** Header fields by their code, each with its type. */
  fields: readonly (readonly [code: number, type: string, value: string | number])[]
  signature?: string
  body?: readonly Value[]
}

/** A whole message. */
export function marshalMessage({
  kind,
  serial,
  isLittle = true,
  fields,
  signature,
  body = [],
}: MessageToSend): Buffer {
  const content = new Marshal(isLittle).all(signature ?? '', body).done()
  const all = signature === undefined ? fields : [...fields, [8, 'g', signature] as const]
  const head = new Marshal(isLittle).all('yyyyuua(yv)', [
    (isLittle ? 'l' : 'B').charCodeAt(0),
    KINDS[kind],
    0,
    1,
    content.length,
    serial,
    all.map(([code, type, value]) => [code, [type, value]]),
  ])
  return Buffer.concat([head.align(8).done(), content])
}
