import { readFileSync } from 'node:fs'
import { chmod, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { TOKEN_PATTERN } from '@lumen/protocol/agent/token'
import { errorCode, errorMessage } from '@lumen/std/error'
import { Refusal } from '../cli/refusal.ts'

export function machineTokenPath(dataDir: string): string {
  return join(dataDir, 'this-machine.token')
}

/** Token of the host that stands for this machine, kept in the data directory (0600); registers the host when
 * there is none yet.
 * @throws {Refusal} `token_file_bad` when the file holds something else or cannot be read or written. */
export async function machineToken(
  dataDir: string,
  register: () => Promise<{ token: string }>,
): Promise<string> {
  const path = machineTokenPath(dataDir)
  const known = readToken(path)
  if (known !== undefined) return known
  const { token } = await register()
  try {
    await writePrivately(path, `${token}\n`)
  } catch (error) {
    throw new Refusal('token_file_bad', `Cannot write ${path}: ${errorMessage(error)}`, { cause: error })
  }
  return token
}

function readToken(path: string): string | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new Refusal('token_file_bad', `Cannot read ${path}: ${errorMessage(error)}. Mend its permissions`)
  }
  if (TOKEN_PATTERN.test(text)) return text
  throw new Refusal(
    'token_file_bad',
    `${path} holds no host token. Delete it, and this machine registers itself anew`,
  )
}

/** Whole or not at all: written beside, synced, renamed. */
async function writePrivately(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(fresh, 0o600)
  await rename(fresh, path)
}
