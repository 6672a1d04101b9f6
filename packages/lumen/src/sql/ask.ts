import { existsSync } from 'node:fs'
import { errorCode } from '@lumen/std/error'
import { asRefusal, Refusal } from '../cli/refusal.ts'
import type { Answer } from './answer.ts'
import type { Engine } from './engine.ts'
import { type Prepared, prepare } from './prepare.ts'

/** Answers a query on the history of a data directory. Tries once more from the start when the hub changed meanwhile
 * what was read: it merges files away.
 * @param newFolder makes an empty folder for files of one attempt
 * @throws {LumenError} `sql_failed` @throws {Refusal} what is missing or too old, by its code; `data_changing` */
export async function ask(
  engine: Engine,
  dataDir: string,
  query: string,
  newFolder: () => string,
): Promise<Answer> {
  for (let isLast = false; ; isLast = true) {
    const prepared = await prepareIn(dataDir, query, newFolder())
    if (prepared === null) {
      if (isLast) throw new Refusal('data_changing', `A hub began to write ${dataDir} meanwhile. Try again`)
      continue
    }
    try {
      return await engine.run(prepared.setup, query)
    } catch (thrown) {
      const isStale =
        errorCode(thrown) === 'sql_failed' && !prepared.coldFiles.every((path) => existsSync(path))
      if (isLast || !isStale) throw thrown
    }
  }
}

async function prepareIn(dataDir: string, query: string, folder: string): Promise<Prepared | null> {
  try {
    return await prepare(dataDir, query, folder)
  } catch (thrown) {
    throw asRefusal(thrown)
  }
}
