import type { Tsdb } from '@lumen/tsdb/api'
import type { BudgetStage, StorageReport } from '@lumen/tsdb/storage-report'
import type { Family } from './prometheus.ts'

const STAGES: readonly BudgetStage[] = ['containers', 'devices', 'oldest-days']

/** What /metrics shows of the store; nothing while its disk cannot be read. */
export async function storageFamilies(tsdb: Tsdb): Promise<Family[]> {
  const report = await tsdb.report().catch(() => null)
  return report === null ? [] : familiesOf(report)
}

function familiesOf({ tiers, budget, wear, quarantine, tooOldFrames }: StorageReport): Family[] {
  const gauge = (name: string, help: string, value: number): Family => ({
    name: `lumen_hub_${name}`,
    help,
    type: 'gauge',
    values: [{ value }],
  })
  const today = Math.max(...wear.map(({ day }) => day))
  const worn = (name: 'bytes' | 'commits' | 'fsyncs', help: string): Family => ({
    name: `lumen_hub_wear_${name}_total`,
    help: `${help} in this UTC day; begins anew at midnight`,
    type: 'counter',
    values: wear
      .filter(({ day }) => day === today)
      .map((each) => ({ labels: { tier: each.tier }, value: each[name] })),
  })
  const stage = budget.stage === null ? 0 : STAGES.indexOf(budget.stage) + 1
  return [
    {
      ...gauge('store_bytes', 'What each tier takes: memory for ram, disk for the others', 0),
      values: tiers.map(({ tier, bytes }) => ({ labels: { tier }, value: bytes })),
    },
    gauge('store_folder_bytes', 'What the store’s folder takes of the disk', budget.usedBytes),
    gauge('store_free_bytes', 'Free on its file system', budget.freeBytes),
    ...(budget.maxBytes === null
      ? []
      : [gauge('store_max_bytes', 'Most bytes the store’s folder may take', budget.maxBytes)]),
    gauge('budget_stage', '0: nothing is given up; 1 containers, 2 devices, 3 oldest days', stage),
    gauge('quarantined_files', 'Damaged files that were set aside', quarantine.length),
    worn('bytes', 'Bytes written to disk'),
    worn('commits', 'Transactions committed'),
    worn('fsyncs', 'Times the disk was told to write at once'),
    {
      ...gauge(
        'too_old_frames_total',
        'Frames refused since the start as older than anything kept',
        tooOldFrames,
      ),
      type: 'counter',
    },
  ]
}
