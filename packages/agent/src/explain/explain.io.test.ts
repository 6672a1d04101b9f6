import { expect, test } from 'bun:test'
import { CATALOG } from '@lumen/model/catalog'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { allCollectors } from '../collectors/all.ts'
import type { Readings } from '../collectors/collector.ts'
import { MACHINES, type Machine, ManualClock, ownRootsOf, rootsOf } from '../fixture.ts'
import { covers } from '../reads.ts'
import { explain, fieldsOf } from './explain.ts'
import { explainText } from './explain-text.ts'

const explained = (machine: Machine, more: object = {}) =>
  explain({
    config: { ...rootsOf(machine), ...more },
    clock: new ManualClock(),
    version: '0.1.0',
    waitMs: 0,
  })

/** `entity.field` of everything a frame holds. */
function namesIn(readings: WireReadings): string[] {
  return Object.entries(readings).flatMap(([entity, value]) => {
    const isOne = CATALOG[entity as keyof typeof CATALOG].keyTitle === null
    const rows = isOne ? [value] : Object.values(value as object)
    return rows.flatMap((row: Record<string, unknown>) =>
      Object.keys(row).flatMap((name) => (row[name] === undefined ? [] : [`${entity}.${name}`])),
    )
  })
}

test.each(MACHINES)('on %s every collector sends only what it declares', async (machine) => {
  const clock = new ManualClock()
  const { collectors, refresh } = allCollectors(rootsOf(machine), clock, { own: ownRootsOf(machine) })
  for (let tick = 0; tick < 3; tick += 1) {
    await refresh()
    for (const { name, sends, collect } of collectors.map((collector) => ({
      name: collector.name,
      sends: collector.sends,
      collect: (into: Readings) => collector.collect(into, clock.monotonic()),
    }))) {
      const readings: Readings = { host: {} }
      try {
        collect(readings)
      } catch {
        // A source that is hidden in this fixture: what it sent before counts all the same.
      }
      const declared = new Set(fieldsOf(sends))
      expect({ name, undeclared: namesIn(readings).filter((field) => !declared.has(field)) }).toEqual({
        name,
        undeclared: [],
      })
    }
    clock.advance(61_000)
  }
})

test('every declared field is one of the catalogue', async () => {
  const { collectors } = allCollectors(rootsOf('proxmox-node'), new ManualClock(), { docker: 'auto' })
  for (const { name, sends } of collectors)
    for (const sent of sends)
      expect({ name, sent, fields: fieldsOf([sent]) }).not.toMatchObject({ fields: [] })
})

test.each(['docker-in-lxc', 'proxmox-node', 'docker-host'] as const)(
  'on %s nothing that holds secrets is on the list, and the reasons are',
  async (machine) => {
    const explanation = await explained(machine, { docker: 'auto', hubUrl: 'https://hub.example.com/lumen' })
    const { procRoot, rootfs } = rootsOf(machine)
    const patterns = explanation.collectors.flatMap(({ reads }) => reads)
    const secrets = ['cmdline', 'environ', 'fd/3', 'maps', 'cwd', 'exe'].map(
      (file) => `${procRoot}/12/${file}`,
    )
    secrets.push(`${rootfs}/etc/shadow`, `${rootfs}/root/.ssh/id_ed25519`, `${rootfs}/var/log/syslog`)
    for (const path of secrets) expect(patterns.filter((pattern) => covers(pattern)(path))).toEqual([])
    expect(explanation.environment.reasons.length).toBeGreaterThan(1)
    expect(explanation.connections[0]!.to).toEqual(['https://hub.example.com/lumen/api/agent/push'])
    for (const call of explanation.connections[1]!.calls) expect(call).toStartWith('GET ')
    expect(explanation.connections[2]!.to).toEqual([`${rootfs}/run/dbus/system_bus_socket`])
    expect(JSON.stringify(explanation)).not.toContain('authorization')
  },
)

test('what the owner switched off is not read, asked or in the frame, and is named', async () => {
  const off = { docker: 'off', permits: { processes: false, units: false, sensors: false } }
  const explanation = await explained('mini-pc-debian12', off)
  expect(explanation.switches).toMatchObject({ docker: 'forbidden', processes: 'forbidden', gpu: 'on' })
  expect(explanation.connections).toEqual([])
  expect(explanation.collectors.map(({ name }) => name)).not.toContain('processes')
  expect(explanation.frame).not.toHaveProperty('sensor')
  const text = explainText(explanation)
  expect(text).toContain('Switched off on this machine\n  docker\n  processes\n  units\n  sensors')
  expect(text).not.toContain('hwmon*/temp*_input')
})

test('the spool is written, the token and certificates are read, and all three are on the list', async () => {
  const explanation = await explain({
    config: { ...rootsOf('raspberry-pi'), caFile: '/ca.pem', spool: { dir: '/spool', maxBytes: 1 } },
    clock: new ManualClock(),
    version: '0.1.0',
    given: { settings: '/etc/lumen/agent.json', token: '/token' },
    waitMs: 0,
  })
  const of = (access: string) =>
    explanation.own_files.filter((file) => file.access === access).map(({ path }) => path)
  expect(of('read')).toEqual(expect.arrayContaining(['/etc/lumen/agent.json', '/token', '/ca.pem']))
  expect(of('write')).toEqual(['/spool', '/spool/*.spool', '/spool/lock', '/spool/lock.*'])
})

test('programs are on the list where the owner named them, and nowhere else', async () => {
  const runs = async (more: object) => {
    const { collectors, never } = await explained('raspberry-pi', more)
    return {
      runs: collectors.flatMap(({ runs }) => runs),
      isNone: /runs no command and no other program$/.test(never.at(-1) ?? ''),
    }
  }
  const programs = { smart: '/nowhere/smartctl', gpu: '/nowhere/nvidia-smi' }
  expect(await runs({})).toEqual({ runs: [], isNone: true })
  expect(await runs({ programs, permits: { smart: false, gpu: false } })).toEqual({ runs: [], isNone: true })
  const named = await runs({ programs })
  expect(named.isNone).toBe(false)
  expect(named.runs.map((line) => line.split(' ')[0])).toEqual([
    ...['/nowhere/smartctl', '/nowhere/smartctl', '/nowhere/nvidia-smi'],
  ])
})

test('that it may replace itself is on the list where its owner said so, and only there', async () => {
  const updates = { build: 'lumen-linux-x64', dir: '/spool/update' }
  const allowed = await explained('raspberry-pi', { hubUrl: 'https://hub.lan/it', updates })
  const plain = await explained('raspberry-pi', { hubUrl: 'https://hub.lan/it' })
  expect(allowed.connections[1]!.to).toEqual(['https://hub.lan/it/download/lumen-linux-x64'])
  expect(allowed.own_files.map(({ path }) => path)).toContain('/spool/update/build-*')
  expect(allowed.hub_may.join()).toContain('replace this agent')
  expect(allowed.never.join()).not.toContain('no other program')
  expect(JSON.stringify(plain.connections)).not.toContain('/download/')
  expect(plain.own_files.map(({ path }) => path).filter((path) => path.includes('build-'))).toEqual([])
  expect(plain.hub_may.join()).not.toContain('replace')
  expect(plain.never.join()).toContain('no other program')
})
