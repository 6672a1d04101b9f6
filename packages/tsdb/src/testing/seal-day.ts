import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { DAY } from '@lumen/model/time'
import { COLD_FOLDER } from '../cold/cold-folder.ts'
import { type ColdFileMeta, coldFileName } from '../cold/file/cold-file-meta.ts'
import { coldPath } from '../cold/file/cold-path.ts'
import { writeColdFile } from '../cold/file/write.ts'
import { hotDay } from '../cold/hot-day.ts'
import type { HotTier } from '../hot/hot-tier.ts'
import type { CommitAnswer } from '../hot/messages.ts'

/** Seals an entity's day of a tier that no store has open, `meanwhile` before the commit. */
export function sealDay(
  dir: string,
  tier: HotTier,
  entity: EntityName,
  day: number,
  meanwhile: () => void = () => undefined,
): CommitAnswer {
  const ticket = tier.commits.sealBegin({ entity, day, level: 'part' })
  const { store, fileId: id, commitNo: commit } = ticket
  const span = { from: day, to: day + DAY }
  const meta: ColdFileMeta = { store, id, level: 'part', entity, span, commit, replaces: [] }
  const file = writeColdFile({
    path: coldPath(join(dir, COLD_FOLDER), { entity, name: coldFileName(meta) }),
    meta,
    hostName: String,
    series: hotDay({ dir, entity, day, checkpoint: () => undefined }),
  })
  meanwhile()
  return tier.commits.sealCommit({ ticket, file, now: day + DAY })
}
