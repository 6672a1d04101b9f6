import { devNull } from 'node:os'
import { join } from 'node:path'

/** Whether this runs from the one-file executable. */
export const isCompiled = Bun.isStandaloneExecutable

/** The command that runs `lumen` again as this very program. */
export const SELF: readonly string[] = isCompiled
  ? [process.execPath]
  : [process.execPath, '--no-env-file', `--config=${devNull}`, join(import.meta.dir, 'main.ts')]
