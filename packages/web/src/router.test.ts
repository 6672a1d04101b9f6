import { expect, test } from 'bun:test'
import { matchPath } from './router.ts'

test('each address leads to its page', () => {
  expect(matchPath('/').page).toBe('fleet')
  expect(matchPath('/hosts/42')).toMatchObject({ page: 'host', id: 42 })
  expect(matchPath('/hosts/42/')).toMatchObject({ page: 'host', id: 42 })
  expect(matchPath('/alerts')).toMatchObject({ page: 'alerts', section: null })
  expect(matchPath('/alerts/rules/7')).toMatchObject({ page: 'alerts', section: 'rules', item: '7' })
  expect(matchPath('/alerts/rules/new').item).toBe('new')
  expect(matchPath('/alerts/rules/other').page).toBe('not-found')
  expect(matchPath('/containers').page).toBe('containers')
  expect(matchPath('/proxmox').page).toBe('proxmox')
  expect(matchPath('/settings')).toMatchObject({ page: 'settings', section: null })
  expect(matchPath('/settings/about')).toMatchObject({ page: 'settings', section: 'about' })
  expect(matchPath('/login').page).toBe('login')
  expect(matchPath('/setup').page).toBe('setup')
})

test('anything else is not found rather than the fleet', () => {
  for (const path of ['/hosts', '/hosts/x', '/hosts/-1', '/hosts/1/2', '/nope', '/settings/a/b']) {
    expect(matchPath(path).page).toBe('not-found')
  }
})
