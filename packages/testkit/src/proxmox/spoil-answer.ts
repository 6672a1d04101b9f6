import type { AnswerFault } from './script.ts'

/** A body that is not what was asked for, with what it says it is. */
export interface SpoiltBody {
  text: string
  contentType: string
}

const HUGE_BYTES = 10 * 1024 ** 2
const PAGE = '<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body>nginx</body></html>'
const JSON_TYPE = 'application/json;charset=UTF-8'

/** What a fault of the script makes of good data. `hang` and statuses have no body and are not for here. */
export function spoilAnswer(how: Exclude<AnswerFault, 'hang' | object>, data: unknown): SpoiltBody {
  switch (how) {
    case 'html':
      return { text: PAGE, contentType: 'text/html; charset=utf-8' }
    case 'not-json':
      return { text: '{"data":[{"id":"qemu/100","vmid":', contentType: JSON_TYPE }
    case 'huge':
      return asJson(Array.from({ length: HUGE_BYTES / 64 }, (_, index) => ({ id: 'x'.repeat(50), index })))
    case 'null-data':
      return asJson(null)
    case 'strings':
      return asJson(mapValues(data, (value) => (typeof value === 'number' ? String(value) : value)))
    case 'missing-keys':
      return asJson(mapValues(data, (value) => (typeof value === 'number' ? undefined : value)))
    case 'absurd-row':
      return asJson(withAbsurdRow(data))
    case 'cut':
      return asJson(data)
  }
}

const asJson = (data: unknown): SpoiltBody => ({ text: JSON.stringify({ data }), contentType: JSON_TYPE })

function mapValues(data: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(data)) return data.map((item) => mapValues(item, change))
  if (typeof data !== 'object' || data === null) return change(data)
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapValues(value, change)]))
}

/** Rows that fit nothing: of the wrong kind, and with values no machine has. */
const ABSURD = [
  null,
  7,
  {
    ...{ id: { nested: true }, type: 'qemu', vmid: -1, node: '', status: 42, name: ['not', 'a', 'name'] },
    ...{ cpu: -3.5, mem: 1e308, maxmem: -1, netin: 'NaN', uptime: '' },
    ...{ metric: 'cpu_current', timestamp: 'yesterday', value: 'lots' },
  },
]

function withAbsurdRow(data: unknown): unknown {
  if (Array.isArray(data)) return [...ABSURD, ...data]
  if (typeof data !== 'object' || data === null) return ABSURD
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Array.isArray(value) ? withAbsurdRow(value) : value]),
  )
}
