import type { ChannelField } from '@lumen/protocol/http/channels'
import { z } from 'zod'

/** One field of a channel's form: what it takes, and how the page asks for it. Both from one declaration. */
export interface Field<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  form: Omit<ChannelField, 'name'>
}
export type Form = Readonly<Record<string, Field>>
export type FormValues<F extends Form> = { [K in keyof F]: z.output<F[K]['schema']> }

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\r\n]*$/, 'must be one line')

export const text = (most = 256) => required('text', line(most))
export const optionalText = (most = 256) => optional('text', line(most))
export const secret = () => required('secret', line(8_192))
export const optionalSecret = () => optional('secret', line(8_192))

/** An http(s) address without a name and password in it: those would be shown. */
const httpUrl = z
  .string()
  .trim()
  .max(2_048)
  .refine((value) => urlFault(value) === undefined, { error: ({ input }) => urlFault(String(input)) ?? '' })

export const url = (initial?: string) =>
  initial === undefined
    ? required('url', httpUrl)
    : withDefault({ kind: 'url', is_required: true, default: initial }, httpUrl.default(initial))

/** An address that lets whoever knows it send: kept like a password. */
export const secretUrl = () => required('secret', httpUrl)

export const integer = (least: number, most: number, initial: number) =>
  withDefault(
    { kind: 'integer', is_required: true, default: initial },
    z.int().min(least).max(most).default(initial),
  )

/** None unless given; the page sends an empty field as null or not at all. */
export const integerOrNone = (least: number, most: number) =>
  optional('integer', z.int().min(least).max(most))

export const choice = <const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  initial: Choices[number],
) =>
  withDefault(
    { kind: 'choice', is_required: true, choices: [...choices], default: initial },
    z.enum(choices).default(initial as never),
  )

/** One a line. */
export const lines = <Item extends z.ZodType<string>>(item: Item, most: number) =>
  required('lines', z.array(item).min(1).max(most))

/** Names and values, none unless given. */
export const pairs = <Pairs extends z.ZodType<Record<string, string>>>(schema: Pairs) =>
  withDefault(
    { kind: 'pairs', is_required: false },
    z.preprocess((given) => given ?? {}, schema),
  )

export const shaped = <Schema extends z.ZodType>(kind: ChannelField['kind'], schema: Schema): Field<Schema> =>
  required(kind, schema)

export const shapedOrNone = <Schema extends z.ZodType>(kind: ChannelField['kind'], schema: Schema) =>
  optional(kind, schema)

/** What checks the values of a form. Unknown names are refused: a misspelt setting must not be ignored. */
export function schemaOf<F extends Form>(form: F): z.ZodType<FormValues<F>> {
  const shape = Object.fromEntries(Object.entries(form).map(([name, { schema }]) => [name, schema]))
  return z.strictObject(shape) as unknown as z.ZodType<FormValues<F>>
}

export function fieldsOf(form: Form): ChannelField[] {
  return Object.entries(form).map(([name, field]) => ({ name, ...field.form }))
}

function required<Schema extends z.ZodType>(kind: ChannelField['kind'], schema: Schema): Field<Schema> {
  return { schema, form: { kind, is_required: true } }
}

/** An emptied field of a form counts as left out. */
function optional<Schema extends z.ZodType>(kind: ChannelField['kind'], schema: Schema) {
  const given = z.preprocess(
    (value) => (value === '' || value === null ? undefined : value),
    schema.optional(),
  )
  return { schema: given, form: { kind, is_required: false } }
}

function withDefault<Schema extends z.ZodType>(form: Field['form'], schema: Schema): Field<Schema> {
  return { schema, form }
}

function urlFault(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be an address such as https://example.org'
  const { protocol, username, password } = new URL(value)
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:// or http://'
  if (username !== '' || password !== '') return 'must not hold a name or a password'
  return undefined
}
