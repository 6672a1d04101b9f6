import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isHubRunning } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT } from '../cli/refusal.ts'
import { checkData } from '../doctor/check-data.ts'
import { checkHub, checkPort } from '../doctor/check-hub.ts'
import { checkMachine } from '../doctor/check-machine.ts'
import { checkRestore } from '../doctor/check-restore.ts'
import { checkStore } from '../doctor/check-store.ts'
import { checkTroubles } from '../doctor/check-troubles.ts'
import { type Finding, findingText } from '../doctor/finding.ts'
import { print } from '../print.ts'

/** `lumen doctor`: one line a check; changes nothing but what a restore that was cut off left half done. @returns 1 when something must be fixed. */
export async function doctor(settings: Settings): Promise<number> {
  const dir = resolve(settings.data)
  let worst: number = EXIT.done
  const tell = async (findings: readonly Finding[]) => {
    for (const finding of findings) {
      if (finding.level === 'fail') worst = EXIT.failure
      await print(findingText(finding))
    }
  }
  await tell(checkMachine(settings))
  await tell(checkRestore(dir))
  await tell(checkData(dir))
  await tell(checkStore(dir))
  await tell(await hubFindings(settings, dir))
  return worst
}

async function hubFindings(settings: Settings, dir: string): Promise<Finding[]> {
  if (settings.hub !== undefined) return checkHub(settings.hub)
  const { hostname, port } = settings.listen
  if (existsSync(join(dir, 'hub.lock')) && isHubRunning(dir)) {
    const name = hostname === '0.0.0.0' || hostname === '::' ? '127.0.0.1' : hostname
    const url = `http${settings['tls-cert'] === undefined ? '' : 's'}://${name.includes(':') ? `[${name}]` : name}:${port}`
    return [...(await checkHub(url)), ...(await checkTroubles(settings))]
  }
  return [await checkPort(settings.listen)]
}
