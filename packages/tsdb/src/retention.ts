import type { EntityName } from '@lumen/model/catalog'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'

/** How long each tier keeps what it holds, ms. */
export interface Retention {
  /** 5 to 60 min. */
  ramMs: number
  /** 6 h to 7 d, and until the UTC day it belongs to is in the cold tier. */
  hotMs: number
  /** 1 to 365 d. */
  coldMs: number
  /** Entities the cold tier keeps for another time than `coldMs`, 1 to 365 d. */
  coldMsByEntity: Partial<Record<EntityName, number>>
}

export const DEFAULT_RETENTION: Retention = {
  ramMs: 15 * MINUTE,
  hotMs: 24 * HOUR,
  coldMs: 30 * DAY,
  coldMsByEntity: {},
}

/** How far back an entity's rollups are kept in all. */
export function keptMs({ hotMs, coldMs, coldMsByEntity }: Retention, entity: EntityName): number {
  return Math.max(hotMs, coldMsByEntity[entity] ?? coldMs)
}

/** How far back anything is kept, and so how late a frame may be. */
export function longestMs({ hotMs, coldMs, coldMsByEntity }: Retention): number {
  return Math.max(hotMs, coldMs, ...Object.values(coldMsByEntity))
}
