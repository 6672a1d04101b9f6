import { banner } from '../banner.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT } from '../cli/refusal.ts'
import { hubSettings } from '../hub-settings.ts'
import { logOf } from '../log.ts'
import { print } from '../print.ts'
import { SELF } from '../process.ts'
import { aborted, stopSignal } from '../stop-signal.ts'
import { HubProcess } from '../up/hub-process.ts'
import { machineName, OwnAgent } from '../up/own-agent.ts'

/** `lumen up`: a hub and an agent for this machine. The agent lives here, the hub in a child process that is
 * started again whenever it dies; the agent keeps what the hub did not write, so nothing is lost. */
export async function up(settings: Settings): Promise<number> {
  const log = logOf(settings)
  const wanted = hubSettings(settings)
  const stop = stopSignal(log)
  const order = { ...wanted, machineName: machineName(settings), logLevel: settings['log-level'] }
  await using hub = new HubProcess({ command: [...SELF, 'hub', '--supervised'], order, log })
  const ready = await hub.start()
  // Disposed before the hub, which so gets the agent's last frame and its stop.
  await using agent = await OwnAgent.open(settings, wanted.dataDir, ready, log)
  agent.start()
  await print(banner(wanted, ready.url, ready.setupCode))
  await aborted(stop)
  return EXIT.done
}
