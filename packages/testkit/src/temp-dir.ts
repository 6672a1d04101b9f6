import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TempDir extends AsyncDisposable {
  path: string
}

/** A fresh empty directory that is deleted with everything in it on dispose. */
export async function tempDir(name = 'lumen-test-'): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), name))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
