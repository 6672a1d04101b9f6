import { errorMessage } from '@lumen/std/error'
import { adminOf } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { type Finding, ok, warn } from './finding.ts'

/** What the hub that runs on the data directory says is wrong with itself. */
export async function checkTroubles(settings: Pick<Settings, 'data'>): Promise<Finding[]> {
  try {
    await using admin = await adminOf(settings, false)
    const troubles = await admin.listTroubles()
    if (troubles.length === 0) return [ok('the hub knows of no trouble of its own')]
    return troubles.map((words) =>
      warn(`the hub ${words}`, 'Settings → About shows it too; Alerts says since when, and whom it told'),
    )
  } catch (error) {
    return [
      warn(
        `the hub cannot be asked for its troubles: ${errorMessage(error)}`,
        'run lumen doctor as the hub’s user, and with its --data',
      ),
    ]
  }
}
