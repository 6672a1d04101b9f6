import { expect, test } from 'bun:test'
import { changeWords } from './change-words.ts'

test.each([
  [{ type: 'boot', detail: {} }, 'machine started'],
  [{ type: 'resume', detail: { asleep_ms: 7_200_000 } }, 'machine woke up after 2 h'],
  [
    { type: 'container', detail: { container: 'web', change: 'state', from: 'running', to: 'exited' } },
    'container web: state running → exited',
  ],
  [
    { type: 'container', detail: { container: 'web', change: 'health', from: null, to: 'unhealthy' } },
    'container web: health none → unhealthy',
  ],
  [{ type: 'container', detail: { more: true, count: 3 } }, null],
  [{ type: 'unit', detail: { unit: 'nginx.service', state: 'failed' } }, 'unit nginx.service failed'],
  [
    { type: 'update', detail: { state: 'done', from: '0.1.0', to: '0.2.0' } },
    'agent update done: 0.1.0 → 0.2.0',
  ],
  [{ type: 'something newer', detail: {} }, null],
])('%j reads as %p', (event, words) => {
  expect(changeWords({ at: 0, ...event } as Parameters<typeof changeWords>[0])).toBe(words)
})
