import { expect, test } from 'bun:test'
import { parseSettings } from './settings.ts'

test('groups and options are told apart', () => {
  expect(parseSettings(['storage', '--json', '--hosts', '20', '--parts', 'charts,starts'])).toEqual({
    groups: ['storage'],
    isJson: true,
    storage: { hosts: 20, yearHosts: 10, parts: ['charts', 'starts'] },
    agent: { minutes: 1, containers: [0, 10, 50] },
    proxmox: { releases: ['9.1', '8.4'], agents: 100, minutes: 3 },
  })
  expect(parseSettings(['agent', '--minutes', '60', '--containers', '0,50']).agent).toEqual({
    ...{ minutes: 60, containers: [0, 50] },
  })
})

test('no more hosts have a year than there are', () => {
  expect(parseSettings(['--hosts', '3']).storage.yearHosts).toBe(3)
})

test('an option that cannot be used says so', () => {
  expect(() => parseSettings(['--hosts', 'many'])).toThrow('--hosts is many')
  expect(() => parseSettings(['--hosts'])).toThrow('--hosts is missing')
  expect(() => parseSettings(['--containers', '1,x'])).toThrow('--containers is x')
  expect(() => parseSettings(['--releases', '7.4'])).toThrow('--releases is 7.4')
  expect(() => parseSettings(['--fast'])).toThrow('no option --fast')
})
