import { expect, test } from 'bun:test'
import { canFill, FILLING_GROUPS, keyTitleOf, METRIC_GROUPS } from './metric-choices.ts'

const names = METRIC_GROUPS.flatMap(({ metrics }) => metrics.map(({ name }) => name))

test('only what is kept can be watched: the hub takes no rule about what is live only', () => {
  expect(names).toContain('host.cpu_pct')
  expect(names).toContain('filesystem.used_pct')
  expect(names).not.toContain('core.cpu_pct')
  expect(METRIC_GROUPS.map(({ entity }) => entity)).not.toContain('process')
})

test('what fills up is a share of something that has an end', () => {
  expect(canFill('filesystem.used_pct')).toBe(true)
  expect(canFill('host.cpu_pct')).toBe(false)
  expect(FILLING_GROUPS.every(({ metrics }) => metrics.length > 0)).toBe(true)
})

test('rows of a metric are called what their entity calls them; a host has one', () => {
  expect(keyTitleOf('filesystem.used_pct')).toBe('mount point')
  expect(keyTitleOf('host.cpu_pct')).toBeNull()
})
