import type { EntityName } from '@lumen/model/catalog'
import { MINUTE, type TimeRange } from '@lumen/model/time'
import type { FlushRequest } from './messages.ts'
import type { MinuteRange } from './rollup-table.ts'

/** What a seal under way rests on, and whether it still does. */
export class SealWatch {
  readonly fileId: number
  readonly entity: EntityName
  /** Those of the day. */
  readonly minutes: MinuteRange
  #isDirty = false

  constructor(fileId: number, entity: EntityName, day: TimeRange) {
    this.fileId = fileId
    this.entity = entity
    this.minutes = [day.from / MINUTE, day.to / MINUTE]
  }

  /** Rows of the day came or went since: a file of them does not hold what counts. */
  get isDirty(): boolean {
    return this.#isDirty
  }

  noteFlush({ minutes }: FlushRequest): void {
    const [from, to] = this.minutes
    this.#isDirty ||= minutes.some(
      ({ minute, blocks }) =>
        minute / MINUTE >= from &&
        minute / MINUTE < to &&
        blocks.some(({ entity, rows }) => entity === this.entity && rows > 0),
    )
  }

  noteDeletion(): void {
    this.#isDirty = true
  }
}
