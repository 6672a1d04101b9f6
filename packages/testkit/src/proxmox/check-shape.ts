import type { Shape } from './api-shapes.ts'

/** What keeps `value` from being of this shape, by path (`data.0.vmid`); empty when nothing does. As in Perl, a whole
 * number may be written as a string, and a boolean is 0 or 1; as in JSON, undefined is no key. */
export function checkShape(shape: Shape, value: unknown, path = 'data'): string[] {
  if (shape.type === 'array') return checkArray(shape, value, path)
  if (shape.type === 'object' || shape.properties !== undefined) return checkObject(shape, value, path)
  return checkScalar(shape, value).map((fault) => `${path}: ${fault}`)
}

/** What is wrong with a query's parameters, by name; `given` holds those of the path too. */
export function checkParameters(
  shapes: Readonly<Record<string, Shape>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const shape = shapes[name]
    if (shape === undefined) {
      faults[name] = 'property is not defined in schema and the schema does not allow additional properties'
      continue
    }
    const [fault] = checkScalar(shape, value)
    if (fault !== undefined) faults[name] = fault
  }
  for (const [name, shape] of Object.entries(shapes)) {
    if (!shape.optional && given[name] === undefined)
      faults[name] = 'property is missing and it is not optional'
  }
  return faults
}

function checkArray(shape: Shape, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path}: is no array`]
  const { items } = shape
  return items === undefined
    ? []
    : value.flatMap((item, index) => checkShape(items, item, `${path}.${index}`))
}

function checkObject(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: is no object`]
  const { properties = {} } = shape
  const row = value as Readonly<Record<string, unknown>>
  const missing = Object.entries(properties).flatMap(([name, inner]) =>
    inner.optional || name.endsWith('[n]') || row[name] !== undefined ? [] : [`${path}.${name}: is missing`],
  )
  const wrong = Object.entries(row).flatMap(([name, inner]) => {
    if (inner === undefined) return []
    const known = properties[name] ?? properties[name.replace(/\d+$/, '[n]')]
    if (known !== undefined) return checkShape(known, inner, `${path}.${name}`)
    return shape.additionalProperties === 0 ? [`${path}.${name}: is not in the schema`] : []
  })
  return [...missing, ...wrong]
}

/** Named formats that matter for where a call goes; the rest are taken as they are. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  'pve-node': /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  'pve-vmid': /^[1-9][0-9]{2,8}$/,
  'pve-storage-id': /^[a-zA-Z][a-zA-Z0-9._-]*[a-zA-Z0-9]$/,
}

function checkScalar(shape: Shape, value: unknown): string[] {
  const text = String(value)
  const fault = typeFault(shape.type, value)
  if (fault !== undefined) return [fault]
  if (shape.enum !== undefined && !shape.enum.map(String).includes(text))
    return [`value '${text}' does not have a value in the enumeration '${shape.enum.join(', ')}'`]
  if (shape.minimum !== undefined && Number(text) < Number(shape.minimum))
    return [`value must have a minimum value of ${shape.minimum}`]
  if (shape.maximum !== undefined && Number(text) > shape.maximum)
    return [`value must have a maximum value of ${shape.maximum}`]
  if (shape.pattern !== undefined && !perlPattern(shape.pattern).test(text))
    return ['value does not match the regex pattern']
  const format = typeof shape.format === 'string' ? FORMATS[shape.format] : undefined
  if (format !== undefined && !format.test(text))
    return [`invalid format - value does not look like ${shape.format}`]
  return []
}

function typeFault(type: string | undefined, value: unknown): string | undefined {
  const isNumeric = typeof value === 'number' || typeof value === 'string'
  const text = String(value)
  switch (type) {
    case 'integer':
      return isNumeric && /^[+-]?\d+$/.test(text)
        ? undefined
        : `type check ('integer') failed - got '${text}'`
    case 'number':
      return isNumeric && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
        ? undefined
        : `type check ('number') failed - got '${text}'`
    case 'boolean':
      return /^(0|1|true|false|yes|no|on|off)$/i.test(text) && isNumeric
        ? undefined
        : `type check ('boolean') failed - got '${text}'`
    case 'string':
      return isNumeric ? undefined : `type check ('string') failed - got '${text}'`
    default:
      return undefined
  }
}

/** Perl's `(?^:…)` groups and `{,16}` counts as JavaScript writes them; the whole value must match. */
function perlPattern(pattern: string): RegExp {
  const translated = pattern.replaceAll('(?^:', '(?:').replaceAll('(?>', '(?:').replaceAll('{,', '{0,')
  return new RegExp(`^(?:${translated})$`)
}
