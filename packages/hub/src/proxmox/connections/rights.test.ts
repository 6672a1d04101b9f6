import { expect, test } from 'bun:test'
import { mayAskAgents, missingRights } from './rights.ts'

const AUDITOR = { 'Sys.Audit': 1, 'VM.Audit': 1, 'Datastore.Audit': 1, 'VM.GuestAgent.Audit': 1 }

const named = (permissions: Parameters<typeof missingRights>[1]) =>
  missingRights('pve', permissions, 9).map(({ path, privilege }) => `${privilege} on ${path}`)

test('an auditor of everything lacks nothing', () => {
  expect(named({ '/': AUDITOR })).toEqual([])
})

test('each right that is not there is named with its path', () => {
  expect(named({})).toHaveLength(5)
  const { 'VM.GuestAgent.Audit': _, ...eight } = AUDITOR
  expect(named({ '/': eight })).toEqual(['VM.GuestAgent.Audit on /vms'])
  expect(named({ '/': { ...eight, 'VM.Monitor': 1 } })).toEqual([])
  expect(missingRights('pve', { '/': eight }, 8)).toEqual([])
  expect([eight, AUDITOR].map((rights) => mayAskAgents({ '/': rights }))).toEqual([false, true])
})

test('a right on / that does not hold below is none there, and a nearer path decides', () => {
  expect(named({ '/': { ...AUDITOR, 'VM.Audit': 0 } })).toEqual(['VM.Audit on /vms'])
  expect(named({ '/': AUDITOR, '/storage': {} })).toEqual(['Datastore.Audit on /storage'])
  expect(named({ '/': { ...AUDITOR, 'Sys.Audit': 0 } })).toEqual(['Sys.Audit on /nodes'])
})

test('a backup server has rights of its own', () => {
  expect(missingRights('pbs', { '/': { 'Datastore.Audit': 1 } }, 4)).toMatchObject([
    { path: '/system/tasks', privilege: 'Sys.Audit' },
  ])
})
