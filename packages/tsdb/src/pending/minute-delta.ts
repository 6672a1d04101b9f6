import type { EntityName } from '@lumen/model/catalog'
import { IntervalSet } from '@lumen/std/interval-set'
import type { StreamLedger } from './directory.ts'
import { RollupBlock } from './rollup-block.ts'

/** Seqs of one stream counted in one minute. */
interface CountedSeqs {
  seqs: IntervalSet
  newestTs: number
}

/** What one minute gained since its last flush: rollups, and exactly the seqs they came from. The two are
 * written together or not at all. */
export class MinuteDelta {
  /** Epoch ms. */
  readonly minute: number
  readonly blocks = new Map<EntityName, RollupBlock>()
  readonly counted = new Map<StreamLedger, CountedSeqs>()
  frames = 0

  constructor(minute: number) {
    this.minute = minute
  }

  block(entity: EntityName): RollupBlock {
    let block = this.blocks.get(entity)
    if (block === undefined) {
      block = new RollupBlock(entity)
      this.blocks.set(entity, block)
    }
    return block
  }

  countSeq(ledger: StreamLedger, seq: number, ts: number): void {
    const counted = this.counted.get(ledger)
    this.frames += 1
    if (counted === undefined) {
      this.counted.set(ledger, { seqs: IntervalSet.from([[seq, seq]]), newestTs: ts })
      return
    }
    counted.seqs.add(seq)
    counted.newestTs = Math.max(counted.newestTs, ts)
  }

  merge(other: MinuteDelta): void {
    for (const [entity, block] of other.blocks) this.block(entity).addColumns(block.view())
    this.frames += other.frames
    for (const [ledger, { seqs, newestTs }] of other.counted) {
      const mine = this.counted.get(ledger)
      if (mine === undefined) this.counted.set(ledger, { seqs, newestTs })
      else {
        mine.seqs.addAll(seqs)
        mine.newestTs = Math.max(mine.newestTs, newestTs)
      }
    }
  }

  /** Takes a deleted host's rows and seqs out. */
  removeHost(host: number, series: ReadonlySet<number>): void {
    for (const [entity, block] of this.blocks) {
      const rest = new RollupBlock(entity)
      rest.addColumns(block.copy(series))
      this.blocks.set(entity, rest)
    }
    for (const [ledger, { seqs }] of this.counted) {
      if (ledger.host !== host) continue
      this.frames -= seqs.size
      this.counted.delete(ledger)
    }
  }

  get bytes(): number {
    let bytes = this.counted.size * 200
    for (const block of this.blocks.values()) bytes += block.bytes
    return bytes
  }
}
