import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { errorCode } from '@lumen/std/error'
import type { Settings } from '../cli/options.ts'
import { EXIT, Refusal, UsageError } from '../cli/refusal.ts'
import { print } from '../print.ts'
import { isCompiled } from '../process.ts'
import { answerText } from '../sql/answer.ts'
import { ask } from '../sql/ask.ts'
import { engineAt } from '../sql/engine.ts'
import { findDuckDb } from '../sql/find-duckdb.ts'
import { Scratch } from '../sql/scratch.ts'

/** `lumen sql "QUERY"`: SQL over the stored history. Reads what a running hub writes and changes nothing. */
export async function sql(operands: readonly string[], settings: Settings): Promise<number> {
  const query = queryOf(operands)
  const dataDir = resolve(settings.data)
  if (!existsSync(join(dataDir, 'tsdb', 'hot.db')))
    throw new Refusal(
      'data_missing',
      `There is no history in ${dataDir} that you can read: name the hub's directory with --data, as the hub's user`,
    )
  const place = findDuckDb({
    dataDir,
    cwd: process.cwd(),
    env: process.env,
    checkout: isCompiled ? null : import.meta.dir,
  })
  using scratch = new Scratch()
  const answer = await ask(engineAt(place, scratch.ended), dataDir, query, () => scratch.newFolder())
  try {
    await print(answerText(answer, settings.format))
  } catch (error) {
    // Whoever reads has seen enough, as `head` has.
    if (errorCode(error) !== 'EPIPE') throw error
  }
  return EXIT.done
}

function queryOf(operands: readonly string[]): string {
  const [query = '', ...more] = operands
  if (query.trim() === '') throw new UsageError('Which query? Write lumen sql "SELECT …".')
  if (more.length > 0) throw new UsageError('One query at a time; put quotes around it.')
  return query
}
