import type { Database, Statement } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { MINUTE } from '@lumen/model/time'
import { BoundedCache } from '../bounded-cache.ts'
import { type BlockKind, blockBytes, DayBlock } from './day-block.ts'
import type { FlushRequest } from './messages.ts'
import { DAY_MINUTES } from './rollup-table.ts'

/** Two days of a page's charts by the minute, or of a metric of a thousand hosts by five. */
const MAX_BYTES = 8 * 1024 ** 2

/** What was read of rows lately, exactly as they are: flushes say which minutes they touched; any other change of the
 * database, whoever makes it, shows in SQLite's own counters and empties the cache. */
export class MinuteCache {
  readonly #changes: Statement<{ changes: number }, []>
  readonly #schema: Statement<{ schema_version: number }, []>
  readonly #blocks = new BoundedCache<DayBlock>(MAX_BYTES)
  #asOf = ''

  constructor(db: Database) {
    this.#changes = db.prepare('SELECT total_changes() AS changes')
    this.#schema = db.prepare('PRAGMA schema_version')
  }

  /** To be called before blocks are asked for: forgets all when rows may have changed otherwise than by noted flushes. */
  refresh(): void {
    const now = this.#version()
    if (now === this.#asOf) return
    this.#blocks.clear()
    this.#asOf = now
  }

  /** To be called before a flush is written; answers what to call once it was, with nothing done in between. */
  expectFlush({ minutes }: FlushRequest): () => void {
    this.refresh()
    return () => {
      const touched = new Map<string, number[]>()
      for (const { minute, blocks } of minutes) {
        for (const { entity } of blocks) {
          const name = dayName(entity, Math.floor(minute / MINUTE / DAY_MINUTES))
          const known = touched.get(name)
          if (known === undefined) touched.set(name, [minute / MINUTE])
          else known.push(minute / MINUTE)
        }
      }
      for (const block of this.#blocks.values()) {
        for (const minute of touched.get(dayName(block.entity, block.day)) ?? []) block.forget(minute)
      }
      this.#asOf = this.#version()
    }
  }

  /** Whether so many blocks would be kept. */
  isWorth(blocks: number, kind: BlockKind): boolean {
    return this.#blocks.isWorth(blocks * blockBytes(kind))
  }

  /** @param field its position; any for frames */
  block(kind: BlockKind, entity: EntityName, series: number, day: number, field: number): DayBlock {
    const name = `${series} ${day} ${kind === 'frames' ? '' : field} ${kind}`
    const known = this.#blocks.get(name)
    if (known !== undefined) return known
    const made = new DayBlock(kind, entity, day)
    this.#blocks.put(name, made, blockBytes(kind))
    return made
  }

  finalize(): void {
    this.#changes.finalize()
    this.#schema.finalize()
  }

  /** A table that is dropped counts as no change of rows, but as one of the schema. */
  #version(): string {
    return `${this.#changes.get()!.changes} ${this.#schema.get()!.schema_version}`
  }
}

function dayName(entity: EntityName, day: number): string {
  return `${entity} ${day}`
}
