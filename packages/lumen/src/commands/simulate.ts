import { readFileSync } from 'node:fs'
import { TOKEN_PATTERN } from '@lumen/protocol/agent/token'
import { errorCode, errorMessage } from '@lumen/std/error'
import { type FleetHost, SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { adminOf } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT, Refusal, UsageError } from '../cli/refusal.ts'
import { logOf } from '../log.ts'
import { aborted, stopSignal } from '../stop-signal.ts'

const REPORT_MS = 10_000

/** `lumen simulate`: hosts that do not exist, pushing over the real protocol until told to stop. */
export async function simulate(settings: Settings): Promise<number> {
  if (settings.hub === undefined)
    throw new UsageError('Which hub? Give its address with --hub http://HUB:8090.')
  const log = logOf(settings)
  const stop = stopSignal(log)
  const { 'tokens-file': tokensFile } = settings
  const hosts = tokensFile === undefined ? await register(settings) : readTokens(tokensFile)
  const fleet = new SimulatedFleet({ hubUrl: settings.hub, hosts, intervalMs: settings.every })
  const report = () => {
    const { connected, frames, untaken, undurable, pushes, failures, fault } = fleet.status()
    log.info('simulating', {
      ...{ hosts: hosts.length, connected, frames, untaken, undurable, pushes, failures },
      fault: fault ?? undefined,
    })
  }
  fleet.start()
  const timer = setInterval(report, REPORT_MS)
  await aborted(stop)
  clearInterval(timer)
  await fleet.stop()
  report()
  return EXIT.done
}

/** Hosts sim-0001, sim-0002, … of the hub's data directory; those of an earlier run get new tokens. */
async function register(settings: Settings): Promise<FleetHost[]> {
  await using admin = await adminOf(settings, false)
  const hosts: FleetHost[] = []
  for (let number = 1; number <= settings.hosts; number++) {
    const name = `sim-${String(number).padStart(4, '0')}`
    try {
      hosts.push({ name, token: (await admin.addHost(name)).token })
    } catch (error) {
      if (errorCode(error) !== 'host_name_taken') throw error
      hosts.push({ name, token: (await admin.rotateHost(name)).token })
    }
  }
  return hosts
}

function readTokens(path: string): FleetHost[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Refusal('token_file_bad', `Cannot read the tokens file ${path}: ${errorMessage(error)}`)
  }
  const tokens = text.split(/\r?\n/).map((line) => line.trim())
  const hosts = tokens.flatMap((token, index) => {
    if (token === '') return []
    if (TOKEN_PATTERN.test(token)) return [{ name: `line-${index + 1}`, token }]
    throw new Refusal('token_bad', `Line ${index + 1} of ${path} is no host token`)
  })
  if (hosts.length === 0) throw new Refusal('token_file_bad', `${path} holds no token`)
  return hosts
}
