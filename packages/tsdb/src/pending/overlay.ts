import { addRollup, type BucketSet } from '../plan/bucket-set.ts'
import type { Selection } from '../tier.ts'
import type { HostEntry } from './directory.ts'
import type { MinuteDelta } from './minute-delta.ts'

/** Adds one host's part of minutes not yet in the hot tier. Answers whether there was any. */
export function overlay(
  set: BucketSet,
  deltas: readonly MinuteDelta[],
  host: HostEntry,
  selections: readonly Selection[],
): boolean {
  let isUsed = false
  for (const delta of deltas) {
    const bucket = set.bucketOf(delta.minute)
    if (bucket < 0) continue
    for (const { entity, key, fields } of selections) {
      const block = delta.blocks.get(entity)
      const byKey = host.series.get(entity)
      if (block === undefined || byKey === undefined) continue
      const { count, sum, max } = block.view()
      for (const each of key === null ? byKey.keys() : [key]) {
        const row: number | undefined = block.rowOf(byKey.get(each)?.id ?? 0)
        if (row === undefined) continue
        for (const field of fields) {
          const at = row * block.width + field
          if (count[at] === 0) continue
          addRollup(set.column(entity, each, field), bucket, count[at]!, sum[at]!, max[at]!)
          isUsed = true
        }
      }
    }
  }
  return isUsed
}

/** Minutes in which the host delivered frames that are not yet in the hot tier, and how many. */
export function frameMinutes(
  deltas: readonly MinuteDelta[],
  host: HostEntry,
): { minute: number; frames: number }[] {
  const series = host.find('host', '')?.id ?? 0
  return deltas.flatMap(({ minute, blocks }) => {
    const block = blocks.get('host')
    const row = block?.rowOf(series)
    return block === undefined || row === undefined ? [] : [{ minute, frames: block.view().n[row]! }]
  })
}
