import { errorCode, errorMessage } from '@lumen/std/error'
import { stderrLog } from '@lumen/std/log'
import { sleep } from '@lumen/std/sleep'
import { EXIT, Refusal } from '../cli/refusal.ts'
import { runHub } from '../run-hub.ts'
import { machineToken } from '../up/machine-token.ts'
import { openParentLink, tellParent } from '../up/parent-link.ts'

/** Signals meant for `lumen up` reach this process too; its parent goes first. */
const PARENT_FIRST_MS = 1_500

/** `lumen hub --supervised`: the hub as a child of `lumen up`. It lives as long as the pipe on stdin. */
export async function supervisedHub(): Promise<number> {
  const signalled = Promise.withResolvers<void>()
  const onSignal = () => void sleep(PARENT_FIRST_MS).then(signalled.resolve)
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  const link = await openParentLink(Bun.stdin.stream())
  const { order } = link
  const log = stderrLog(order.logLevel)
  try {
    await using hub = await runHub(order, log)
    const token = await machineToken(order.dataDir, () => hub.registerHost(order.machineName))
    await tellParent({
      kind: 'ready',
      url: hub.url,
      port: hub.port,
      setupCode: hub.setupCode,
      machineToken: token,
    })
    await Promise.race([link.ended, signalled.promise])
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await tellParent({ kind: 'refused', code: errorCode(error) ?? 'refused', message: errorMessage(error) })
    return EXIT.refused
  }
  return EXIT.done
}
