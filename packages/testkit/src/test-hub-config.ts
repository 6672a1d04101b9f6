import type { NotifyOptions } from '@lumen/hub/notify/notifications'
import type { TsdbOptions } from '@lumen/tsdb/options'

export const TEST_HUB_ENV = 'LUMEN_TEST_HUB'

/** How a hub under test departs from a user's. */
export interface TestHubConfig {
  dataDir: string
  /** 0 takes a free one. */
  port: number
  setupCode: string
  /** Flush interval, fault points and the like. */
  tsdb: Partial<Omit<TsdbOptions, 'dir' | 'clock' | 'log'>>
  /** How soon and how often it tells. */
  notify: Omit<NotifyOptions, 'random' | 'reach'>
}
