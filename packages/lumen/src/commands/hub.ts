import { banner } from '../banner.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT } from '../cli/refusal.ts'
import { hubSettings } from '../hub-settings.ts'
import { logOf } from '../log.ts'
import { print } from '../print.ts'
import { runHub } from '../run-hub.ts'
import { aborted, stopSignal } from '../stop-signal.ts'

/** `lumen hub`: serves until it is told to stop. */
export async function hub(settings: Settings): Promise<number> {
  const log = logOf(settings)
  const wanted = hubSettings(settings)
  const stop = stopSignal(log)
  await using running = await runHub(wanted, log)
  await print(banner(wanted, running.url, running.setupCode))
  await aborted(stop)
  return EXIT.done
}
