import {
  type AttributeName,
  CATALOG,
  ENTITY_NAMES,
  type EntityName,
  type FieldName,
} from '@lumen/model/catalog'
import type { EntitySpec } from '@lumen/model/field'
import { z } from 'zod'

export const MAX_KEY_LENGTH = 256
export const MAX_ATTRIBUTE_LENGTH = 1024

/** One entity's numbers and words as JSON carries them. A missing value is left out or null. */
export type WireRow<E extends EntityName> = { [F in FieldName<E>]?: number | null | undefined } & {
  [A in AttributeName<E>]?: string | null | undefined
}

/** Entities of which a host has one. */
type SingleEntity = {
  [E in EntityName]: (typeof CATALOG)[E]['keyTitle'] extends null ? E : never
}[EntityName]
type KeyedEntity = Exclude<EntityName, SingleEntity>

/** Everything an agent read at one instant, as JSON carries it. Values are in the catalogue's units. */
export type WireFrame = {
  /** Rises by one within the stream, from 1. */
  seq: number
  /** Epoch ms on the disciplined clock. */
  ts: number
  interval_ms: number
} & { [E in SingleEntity]?: WireRow<E> | undefined } & {
  [E in KeyedEntity]?: Record<string, WireRow<E>> | undefined
}

/** The readings of a frame before it gets its number and time. */
export type WireReadings = Omit<WireFrame, 'seq' | 'ts' | 'interval_ms'>

function rowSchema(entity: EntityName) {
  const spec: EntitySpec = CATALOG[entity]
  const fields = Object.entries(spec.fields).map(([name, field]) => [
    name,
    z
      .number()
      .min(field.bounds[0])
      .max(field.bounds[1])
      .nullish()
      .meta({ description: `${field.title}, ${field.unit}` }),
  ])
  const attributes = Object.entries(spec.attributes).map(([name]) => [
    name,
    z.string().max(MAX_ATTRIBUTE_LENGTH).nullish(),
  ])
  return z.object(Object.fromEntries([...fields, ...attributes]))
}

/** Whether a host has one row of it, which has no key. */
export function isSingle(entity: EntityName): boolean {
  return CATALOG[entity].keyTitle === null
}

/** The shape of a frame for the OpenAPI document and the schema hash. The hub's hot path checks frames with
 * `decodeFrame`, which a property test holds to this schema. */
export const frameSchema = z.object({
  seq: z.int().min(1),
  ts: z.int().min(0),
  interval_ms: z.int().min(100).max(3_600_000),
  ...Object.fromEntries(
    ENTITY_NAMES.map((entity) => [
      entity,
      (isSingle(entity)
        ? rowSchema(entity)
        : z.record(z.string().min(1).max(MAX_KEY_LENGTH), rowSchema(entity))
      ).optional(),
    ]),
  ),
})
