import { z } from 'zod'

/** The part of JSON Schema that zod writes for our wire schemas. */
interface JsonSchema {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
  pattern?: string
  $ref?: string
}

/** A schema as people read it: `{host: {id: integer, name: text (1 to 128 characters)}, token: text}`, objects
 * over several lines. */
export function schemaText(schema: z.ZodType): string {
  return describe(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema, '')
}

function describe(schema: JsonSchema, indent: string): string {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return choices.map((choice) => describe(choice, indent)).join(' | ')
  if (schema.allOf !== undefined) return schema.allOf.map((part) => describe(part, indent)).join(' & ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (Array.isArray(schema.type))
    return schema.type.map((type) => describe({ ...schema, type }, indent)).join(' | ')
  switch (schema.type) {
    case 'object':
      return describeObject(schema, indent)
    case 'array':
      return describeArray(schema, indent)
    case 'string':
      return `text${limits(schema.minLength, schema.maxLength, ' characters')}`
    case 'integer':
    case 'number':
      return `${schema.type}${limits(believable(schema.minimum), believable(schema.maximum), '')}`
    case 'boolean':
    case 'null':
      return schema.type
    default:
      return 'any'
  }
}

function describeObject(schema: JsonSchema, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(schema.properties ?? {}).map(
    ([name, property]) =>
      `${inner}${name}${schema.required?.includes(name) ? '' : '?'}: ${describe(property, inner)}`,
  )
  if (lines.length > 0) return `{\n${lines.join('\n')}\n${indent}}`
  const { additionalProperties } = schema
  return typeof additionalProperties === 'object'
    ? `{[name]: ${describe(additionalProperties, inner)}}`
    : '{}'
}

function describeArray(schema: JsonSchema, indent: string): string {
  if (schema.prefixItems !== undefined)
    return `[${schema.prefixItems.map((item) => describe(item, indent)).join(', ')}]`
  const most = schema.maxItems === undefined ? '' : ` (at most ${schema.maxItems})`
  return `[${describe(schema.items ?? {}, indent)}, …]${most}`
}

function limits(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return ` (${least} to ${most}${unit})`
  if (least !== undefined && least !== 0) return ` (at least ${least}${unit})`
  if (most !== undefined) return ` (at most ${most}${unit})`
  return ''
}

/** zod bounds every integer by what a double holds exactly: no limit worth telling. */
function believable(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound
}
