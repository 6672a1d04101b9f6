import { existsSync } from 'node:fs'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { adminSocketPath, HELD, HOLD_PATH } from '../admin/admin-socket.ts'
import { lockDataDir } from '../config/data-dir.ts'
import { finishRestore } from './finish-restore.ts'

/** A data directory that can be copied. */
export interface DataHold extends AsyncDisposable {
  /** Whether a hub runs on it. */
  isLive: boolean
  /** @throws {LumenError} `hub_stopped` when the hub let go of its files since */
  check(): void
}

/** Makes a data directory hold still for a copy: asks the hub that runs on it to keep its cold files, or keeps a hub
 * from starting when none runs. Ends with this process, however it ends.
 * @throws {LumenError} `data_missing`, `data_dir_unwritable`, `data_dir_in_use`, `hub_unreachable` */
export async function holdData(dataDir: string): Promise<DataHold> {
  if (!existsSync(dataDir)) {
    throw new LumenError('data_missing', `There is no data directory ${dataDir}: name the hub's with --data`)
  }
  try {
    const lock = lockDataDir(dataDir)
    finishRestore(dataDir)
    return {
      isLive: false,
      check: () => undefined,
      [Symbol.asyncDispose]: async () => lock[Symbol.dispose](),
    }
  } catch (fault) {
    const socketPath = adminSocketPath(dataDir)
    if (errorCode(fault) === 'data_dir_in_use' && existsSync(socketPath)) return holdRunning(socketPath)
    throw fault
  }
}

async function holdRunning(socketPath: string): Promise<DataHold> {
  const end = new AbortController()
  let isLost = false
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  try {
    const answer = await fetch(`http://localhost${HOLD_PATH}`, {
      unix: socketPath,
      method: 'POST',
      signal: end.signal,
    })
    reader = answer.body?.getReader()
    if (!answer.ok || reader === undefined) throw new Error(`it answers ${answer.status}`)
    await untilHeld(reader)
  } catch (cause) {
    throw new LumenError(
      'hub_unreachable',
      `A hub holds this data directory but does not answer on ${socketPath}: ${errorMessage(cause)}. Try again, or stop the hub`,
      { cause },
    )
  }
  void untilEnd(reader!).then(() => {
    isLost = true
  })
  return {
    isLive: true,
    check() {
      if (isLost) throw new LumenError('hub_stopped', 'The hub stopped meanwhile: make the backup again')
    },
    async [Symbol.asyncDispose]() {
      end.abort()
    },
  }
}

/** The hub finishes what it is doing with its files first. */
async function untilHeld(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder()
  for (let said = ''; !said.includes(HELD); ) {
    const { done, value } = await reader.read()
    if (done) throw new Error('it ended the connection')
    said += decoder.decode(value, { stream: true })
  }
}

/** Signs of life follow for as long as the hub holds its files. */
async function untilEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // cut off: an end as any other
  }
}
