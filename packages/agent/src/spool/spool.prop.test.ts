import { expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IntervalSet } from '@lumen/std/interval-set'
import fc from 'fast-check'
import type { Batch, SpooledFrame } from './batch.ts'
import { crc32, crc32InScript } from './crc32.ts'
import { momentText, parseMoment } from './moment.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { SegmentReader } from './segment.ts'
import { Spool } from './spool.ts'
import { SpoolWorld, upTo } from './spool-world.ts'

const MAX_BYTES = 1024 * 1024

function spoolIn(dir: string, maxBytes = MAX_BYTES): Spool {
  return new Spool({
    ...{ dir, maxBytes, maxAgeMs: 1e9, owner: { hub: 'h', token: 't' }, boot: 'b' },
    clocks: () => ({ steady: 0, uptimeMs: 0, wallMs: Date.now() }),
    isSafe: () => false,
    onDrop: () => {},
  })
}

const frameOf = (seq: number): SpooledFrame => ({
  ...{ seq, at: { ts: 1_790_000_000_000 + seq }, intervalMs: 1_000 },
  tail: `"interval_ms":1000,"host":{"load1":${seq}}}`,
})

/** Batches of these sizes, numbered on from 1, in a spool of segments of `perSegment` batches. */
function fill(dir: string, sizes: readonly number[], perSegment: number): Batch[] {
  let seq = 0
  let spool = spoolIn(dir)
  const batches = sizes.map((size): Batch => ({ frames: upTo(size).map(() => frameOf(++seq)), events: [] }))
  for (const [index, batch] of batches.entries()) {
    if (index > 0 && index % perSegment === 0) {
      spool.close()
      spool = spoolIn(dir)
      spool.recover()
    }
    spool.append(batch, 'stream', batch.frames.at(-1)!.seq + 1)
  }
  spool.close()
  return batches
}

/** Every frame that can be read, and the spool it is in. */
function readAll(dir: string): { frames: SpooledFrame[]; spool: Spool; nextSeq: number | undefined } {
  const spool = spoolIn(dir)
  const nextSeq = spool.recover()?.nextSeq
  const frames = spool.segments.flatMap(({ path }) => {
    const reader = SegmentReader.open(path)
    const read: SpooledFrame[] = []
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) read.push(...batch.frames)
    return read
  })
  return { frames, spool, nextSeq }
}

function inFolder(work: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'lumen-spool-'))
  try {
    work(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 })

test('wherever a file is torn or a byte of it changes, what was whole before it is read and nothing else is', () => {
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.constantFrom('tear', 'flip', 'zero the rest', 'lose the file'),
      (batchSizes, perSegment, whichFile, where, how) =>
        inFolder((dir) => {
          const written = fill(dir, batchSizes, perSegment)
          const paths = readPaths(dir)
          const path = paths[Math.min(paths.length - 1, Math.floor(whichFile * paths.length))]!
          const bytes = readFileSync(path)
          const at = Math.floor(where * bytes.length)
          const before = framesUpTo(bytes, at)
          const others = paths
            .filter((each) => each !== path)
            .flatMap((each) => framesUpTo(readFileSync(each)))
          if (how === 'flip') bytes[at]! ^= 1 << (at % 8)
          if (how === 'zero the rest') bytes.fill(0, at)
          if (how === 'lose the file') rmSync(path)
          else writeFileSync(path, how === 'tear' ? bytes.subarray(0, at) : bytes)
          const { frames, spool } = readAll(dir)
          const wanted = [...others, ...(how === 'lose the file' ? [] : before)].sort((a, b) => a.seq - b.seq)
          expect(frames).toEqual(expect.arrayContaining(wanted))
          const all = written.flatMap((batch) => batch.frames)
          for (const frame of frames) expect(all).toContainEqual(frame)
          spool.close()
        }),
    ),
    { numRuns: 150 },
  )
}, 120_000)

const readPaths = (dir: string) =>
  [...new Bun.Glob('*.spool').scanSync({ cwd: dir })].sort().map((name) => join(dir, name))

/** Frames of the records that end at or before `end`. */
function framesUpTo(bytes: Uint8Array, end = bytes.length): SpooledFrame[] {
  const reader = new SegmentReader(bytes.slice(0, end))
  const frames: SpooledFrame[] = []
  for (let batch = reader.next(); batch !== undefined; batch = reader.next()) frames.push(...batch.frames)
  return frames
}

test('a run after a crash goes on beyond every number there was, however often', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5 }), (batchSizes, crashes) =>
      inFolder((dir) => {
        const written = fill(dir, batchSizes, 3)
        let highest = written.at(-1)!.frames.at(-1)!.seq
        for (let i = 0; i < crashes; i += 1) {
          const { spool, nextSeq } = readAll(dir)
          expect(nextSeq).toBeGreaterThan(highest)
          highest = nextSeq! + 500
          spool.close()
        }
      }),
    ),
    { numRuns: 40 },
  )
}, 120_000)

test('the spool never outgrows its limit, and what it drops is always the oldest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }), (batchSizes) =>
      inFolder((dir) => {
        const limit = 40_000
        const spool = spoolIn(dir, limit)
        let seq = 0
        for (const size of batchSizes) {
          const noise = () => crypto.randomUUID().repeat(3)
          const frames = upTo(size).map(() => ({ ...frameOf(++seq), tail: `"x":"${noise()}"}` }))
          for (let at = 0; at < frames.length; at += 50) {
            spool.append({ frames: frames.slice(at, at + 50), events: [] }, 'stream', seq + 1)
            expect(spool.bytes).toBeLessThanOrEqual(limit)
          }
        }
        spool.close()
        const kept = readAll(dir).frames.map((frame) => frame.seq)
        expect(kept).toEqual(upTo(seq, seq - kept.length + 1))
      }),
    ),
    { numRuns: 8, examples: [[[275, 1, 3, 4, 281, 137, 300, 240, 245, 180, 82, 329]]] },
  )
}, 120_000)

test('segments go when all of them is on the hub’s disk, in whatever order that happens', () => {
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.nat()), (batchSizes, order) =>
      inFolder((dir) => {
        fill(dir, batchSizes, 2)
        const { spool, frames } = readAll(dir)
        for (const segment of spool.segments) {
          for (const { seq } of framesUpTo(readFileSync(segment.path))) segment.seqs.add(seq)
          segment.isKnown = true
        }
        const done = new IntervalSet()
        const left = frames.map(({ seq }) => seq)
        while (left.length > 0) {
          done.add(left.splice(order.next().value! % left.length, 1)[0]!)
          spool.prune(done)
          const kept = spool.segments
            .flatMap(({ seqs }) => seqs.ranges())
            .flatMap(([from, to]) => upTo(to, from))
          expect(kept).toEqual(expect.arrayContaining([...left]))
        }
        expect(spool.segments).toEqual([])
        expect([...new Bun.Glob('*').scanSync({ cwd: dir })]).toEqual([])
      }),
    ),
    { numRuns: 40 },
  )
}, 120_000)

test('a record or a moment comes back as it was; any byte changed is noticed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), (body, where) => {
      const record = encodeRecord(2, body)
      expect(decodeRecord(record, 0)).toEqual({ kind: 2, body, end: record.length })
      expect(crc32InScript(body)).toBe(crc32(body))
      record[where % record.length]! ^= 1 << (where % 8)
      expect(decodeRecord(record, 0)).toBeUndefined()
    }),
  )
  const moment = fc.oneof(
    fc.record({ ts: fc.nat() }),
    fc.record({ uptimeMs: fc.option(fc.integer()), wallMs: fc.integer() }),
  )
  fc.assert(fc.property(moment, (value) => expect(parseMoment(momentText(value))).toEqual(value)))
}, 120_000)

const step = fc.constantFrom(
  ...([
    'read',
    'read',
    'read many',
    'push',
    'push',
    'write',
    'cut',
    'cut',
    'mend',
    'mend',
    'lose the answer',
  ] as const),
  ...(['busy', 'flush', 'restart the hub', 'kill', 'stop', 'wait', 'set the clock'] as const),
)

test('over any outages, kills and hub restarts each frame that was written or taken is there once, in its place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
      using world = new SpoolWorld()
      const start = world.hubTime
      const readAt: number[] = []
      const safe = new Set<number>()
      const read = (count: number) => {
        for (let i = 0; i < count; i += 1) {
          readAt.push(world.hubTime)
          world.record(1)
        }
      }
      /** The first frame of the present run of the agent. */
      let runFrom = 1
      for (const what of steps) {
        if (what === 'read') read(1)
        else if (what === 'read many') read(120)
        else if (what === 'push') await world.push()
        else if (what === 'cut') world.cut()
        else if (what === 'mend') world.mend()
        else if (what === 'busy') world.trouble = { kind: 'busy', status: 429, retryAfterMs: 1_000 }
        else if (what === 'lose the answer') world.trouble = 'lost answer'
        else if (what === 'flush') world.hub.flush()
        else if (what === 'restart the hub') world.hub.restart()
        else if (what === 'wait') world.pass(60_000)
        else if (what === 'set the clock') world.clock.wall += 3_600_000
        else if (what === 'write') {
          world.uplink.spoolNow()
          if (world.uplink.status().contact === 'failing')
            for (const n of upTo(world.read, runFrom)) safe.add(n)
        } else {
          if (what === 'stop') await world.restart()
          else world.kill()
          runFrom = world.read + 1
        }
      }
      world.mend()
      for (let i = 0; i < 3; i += 1) {
        world.pass(60_000)
        read(1)
        await world.push()
      }
      const numbers = world.numbers()
      expect(new Set(numbers).size).toBe(numbers.length)
      expect([...safe].filter((n) => !numbers.includes(n))).toEqual([])
      for (const { host, ts } of world.history()) {
        expect(Math.abs(ts - readAt[host!.load1! - 1]!)).toBeLessThan(1_500)
        expect(ts).toBeGreaterThanOrEqual(start - 1_500)
      }
      world.hub.flush()
      read(1)
      await world.push()
      expect(world.files()).toEqual([])
    }),
    { numRuns: 150 },
  )
}, 120_000)
