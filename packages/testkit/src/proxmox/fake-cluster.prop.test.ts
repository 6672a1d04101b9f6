import { expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import fc from 'fast-check'
import { FakeClock } from '../fake-clock.ts'
import { AUDITOR } from './access.ts'
import { answerCall } from './answer-call.ts'
import { pveApi } from './api.ts'
import { PVE_CALLS } from './api-shapes.ts'
import { CertificateAuthority } from './certificates.ts'
import { RequestLedger } from './request-ledger.ts'
import { sampleCluster } from './sample-cluster.ts'
import type { ScriptEvent } from './script.ts'
import { Timeline } from './timeline.ts'
import { Truth } from './truth.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const privileges = [...AUDITOR[9], 'VM.Monitor']
const token = {
  id: 'a@pve!b',
  secret: 's',
  isSeparated: false,
  grants: [],
  userGrants: [{ path: '/', privileges }],
}
const certificate = new CertificateAuthority().issue({ commonName: 'pve1', names: ['pve1'] })

const node = fc.constantFrom('pve1', 'pve2', 'pve3')
const guest = fc.integer({ min: 100, max: 107 })
const span = fc
  .tuple(fc.integer({ min: -2 * DAY, max: DAY }), fc.integer({ min: 1_000, max: DAY }))
  .map(([after, forMs]) => ({ at: NOW + after, until: NOW + after + forMs }))

const event: fc.Arbitrary<ScriptEvent> = fc.oneof(
  fc.tuple(span, node).map(([when, name]): ScriptEvent => ({ kind: 'node-loss', node: name, ...when })),
  fc
    .tuple(span, node)
    .map(([when, to]): ScriptEvent => ({ kind: 'rename-node', node: to, name: `n${when.at % 97}`, ...when })),
  fc
    .tuple(span, node, guest)
    .map(([{ at }, to, vmid]): ScriptEvent => ({ kind: 'migrate', at, guest: vmid, to })),
  fc
    .tuple(span, guest, fc.constantFrom('guest-start', 'guest-stop', 'guest-destroy'))
    .map(([{ at }, vmid, kind]) => ({ kind, at, guest: vmid }) as ScriptEvent),
  fc
    .tuple(span, guest)
    .map(([{ at }, vmid]): ScriptEvent => ({ kind: 'backup', at, guest: vmid, storage: 'nas' })),
  fc
    .tuple(span, guest, fc.constantFrom('ok', 'warnings', 'failed'))
    .map(
      ([when, vmid, outcome]) => ({ kind: 'backup-outcome', guest: vmid, outcome, ...when }) as ScriptEvent,
    ),
  span.map((when): ScriptEvent => ({ kind: 'partition', groups: [['pve1'], ['pve2', 'pve3']], ...when })),
  fc
    .tuple(span, node)
    .map(([when, name]): ScriptEvent => ({ kind: 'node-clock', node: name, offsetMs: HOUR, ...when })),
  span.map((when): ScriptEvent => ({ kind: 'storage-loss', storage: 'nas', ...when })),
  fc
    .tuple(span, node, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([when, name, cpu]): ScriptEvent => ({ kind: 'node-load', node: name, cpu, ...when })),
)

test('whatever happens, every answer keeps its shape and counters never fall within a run', () => {
  const spec = sampleCluster({ now: NOW, guests: 8, historyMs: 40 * DAY })
  const property = fc.property(
    fc.array(event, { maxLength: 8 }),
    fc.integer({ min: 0, max: 2 * DAY }),
    fc.constantFrom('8.2', '8.4', '9.1'),
    (script, aheadMs, release) => {
      const clock = new FakeClock(NOW + aheadMs)
      const timeline = new Timeline({ ...spec, release }, script)
      const truth = new Truth(timeline)
      const ledger = new RequestLedger()
      const fake = { api: pveApi(release), clock, timeline, truth, tokens: [token], ledger }
      const now = { ...fake, certificateOf: () => certificate, backupsIn: () => [] }
      const viewer = spec.nodes.find(({ name }) => timeline.isUp(name, clock.now()))
      if (viewer === undefined) return
      for (const template of Object.keys(PVE_CALLS)) {
        for (const target of ['pve1', 'pve2']) {
          const called = timeline.nodeName(target, clock.now())
          const type = template.includes('/lxc/') ? 'lxc' : 'qemu'
          const vmid = timeline.guestsOf(target, clock.now()).find((each) => each.type === type)?.vmid ?? 999
          const fill: Record<string, string> = {
            node: called,
            vmid: String(vmid),
            storage: 'nas',
            name: 'rpool',
          }
          const path = template.replace(/\{(\w+)\}/g, (_, name: string) => fill[name] ?? '103-0')
          const query = path.endsWith('rrddata')
            ? '?timeframe=week'
            : path.endsWith('smart')
              ? '?disk=/dev/sda'
              : ''
          const headers = new Map([['authorization', 'PVEAPIToken=a@pve!b=s']])
          answerCall(now, viewer, {
            method: 'GET',
            target: `/api2/json${path}${query}`,
            headers,
            bodyBytes: 0,
          })
        }
      }
      expect(ledger.ownFaults).toEqual([])
      expect(ledger.violations).toEqual([])
      for (const { vmid } of spec.guests) {
        for (const { from, to } of timeline.runs(vmid)) {
          const end = Math.min(to - 1, NOW + 3 * DAY)
          const counts = [from, (from + end) / 2, end].map((ms) => truth.guest(vmid).counters(ms)!.netIn)
          expect(counts).toEqual([...counts].sort((a, b) => a - b))
          expect(counts[0]).toBe(0)
        }
      }
    },
  )
  fc.assert(property, { numRuns: 30 })
})
