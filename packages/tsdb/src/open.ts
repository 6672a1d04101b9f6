import type { Tsdb } from './api.ts'
import { describeColdDamage, describeDamage } from './damage-words.ts'
import { FaultInjector } from './fault-point.ts'
import { HotClient } from './hot/client.ts'
import { type TsdbOptions, withDefaults } from './options.ts'
import { Store } from './store.ts'

/** A store with what it does by timer to be done at once. */
export type OpenTsdb = Tsdb & Pick<Store, 'retain' | 'check' | 'compact' | 'coldCoverage'>

/** Opens the store in `options.dir`, repairing what a crash or a bad disk left; `health().repairs` tells.
 * @throws {LumenError} `data_in_use`, `data_unwritable`, `database_too_new`, `fault_point_unknown` */
export async function openTsdb(options: TsdbOptions): Promise<OpenTsdb> {
  const settings = withDefaults(options)
  const { clock, dir, log, maxHotBytes, budget, wholeCheckBytes, faultPoint } = settings
  new FaultInjector(faultPoint)
  let isOpen = false
  const client = new HotClient(settings.workerUrl, {
    onEnd: (error) => {
      if (!isOpen) return
      log.error(`${error.message}. The process ends so that it can be started anew; nothing durable is lost`)
      settings.onFatal(error)
    },
    onDamage: (damage) => log.error(describeDamage(damage)),
    onColdDamage: ({ reason }) => log.error(describeColdDamage(reason)),
  })
  try {
    const opened = await client.call('open', {
      dir,
      now: clock.now(),
      faultPoint,
      maxHotBytes,
      budget,
      wholeCheckBytes,
    })
    for (const repair of opened.repairs) log.warn(repair)
    isOpen = true
    const store = new Store(settings, client, opened)
    store.start()
    return store
  } catch (thrown) {
    client.terminate()
    throw thrown
  }
}
