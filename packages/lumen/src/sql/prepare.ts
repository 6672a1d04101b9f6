import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { EntityName } from '@lumen/model/catalog'
import { PERSISTED_ENTITIES } from '@lumen/tsdb/persisted'
import { type CountedFile, TsdbSnapshot } from '@lumen/tsdb/snapshot'
import { hostNames } from './host-names.ts'
import { commonStatements, quoted, viewStatement } from './views.ts'

const MIB = 1024 * 1024
/** From here on somebody who waits is told why. */
const TELL_AFTER_MS = 1_000

/** What DuckDB is to run before the query, and the files of the hub that it reads. */
export interface Prepared {
  setup: string[]
  coldFiles: string[]
}

/** Gathers what a query needs: views over the cold files that count and, below `folder`, files of the minutes that are
 * not sealed. null where a hub began to write meanwhile what nobody had open: then it is to be tried again.
 * @throws {LumenError} `data_missing`, `data_unreadable`, `database_too_old`, `database_too_new` */
export async function prepare(dataDir: string, query: string, folder: string): Promise<Prepared | null> {
  using snapshot = new TsdbSnapshot(join(dataDir, 'tsdb'))
  let files: Map<EntityName, CountedFile[]>
  try {
    files = await gather(snapshot, query, folder)
  } catch (thrown) {
    if (snapshot.isUndisturbed()) throw thrown
    return null
  }
  if (!snapshot.isUndisturbed()) return null
  const names = hostNames(dataDir)
  const views = [...files].map(([entity, some]) => viewStatement(entity, some, names))
  return {
    setup: [...settings(folder), ...commonStatements(names), ...views],
    coldFiles: [...files.keys()].flatMap((entity) => snapshot.coldFiles(entity).map(({ path }) => path)),
  }
}

/** The files of each entity. Entities a query cannot be about have none. */
async function gather(
  snapshot: TsdbSnapshot,
  query: string,
  folder: string,
): Promise<Map<EntityName, CountedFile[]>> {
  const began = performance.now()
  let isTold = false
  const files = new Map<EntityName, CountedFile[]>()
  for (const entity of PERSISTED_ENTITIES) {
    const isNamed = new RegExp(`\\b${entity}\\b`, 'i').test(query)
    const some = isNamed ? snapshot.coldFiles(entity) : []
    files.set(entity, some)
    if (!isNamed) continue
    for (const path of snapshot.writeHot(entity, folder)) {
      some.push({ path, hiddenHosts: [] })
      if (!isTold && performance.now() - began > TELL_AFTER_MS) {
        isTold = true
        process.stderr.write('lumen: gathering the minutes that are not sealed yet…\n')
      }
      // So that a signal is heard.
      await setImmediate()
    }
  }
  return files
}

/** Nothing is fetched or loaded, a hub beside it keeps half the machine, and times are those of UTC. */
function settings(folder: string): string[] {
  const memory = Math.round(Math.min(4_096, Math.max(256, totalmem() / MIB / 4)))
  return [
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    `SET threads = ${Math.max(1, Math.floor(availableParallelism() / 2))}`,
    `SET memory_limit = '${memory}MiB'`,
    `SET temp_directory = ${quoted(join(folder, 'spill'))}`,
    "SET TimeZone = 'UTC'",
  ]
}
