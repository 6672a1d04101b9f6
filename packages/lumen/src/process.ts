import { devNull } from 'node:os'
import { join } from 'node:path'

/** Whether this runs from the one-file executable. */
export const isCompiled = Bun.isStandaloneExecutable

/** The command that runs `lumen` again as this very program. */
export const SELF: readonly string[] = isCompiled
  ? [process.execPath]
  : [process.execPath, '--no-env-file', `--config=${devNull}`, join(import.meta.dir, 'main.ts')]

/** Writes an answer to stdout and waits until it is out, so that ending the process cannot cut it. */
export async function print(text: string): Promise<void> {
  await Bun.write(Bun.stdout, text)
}
