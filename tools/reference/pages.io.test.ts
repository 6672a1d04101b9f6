import { afterEach, beforeEach, expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allMetrics } from '@lumen/model/metric'
import { z } from 'zod'
import { referencePages, stalePages, writePages } from './pages.ts'
import { schemaText } from './schema-text.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lumen-reference-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a page that was changed or removed is stale until it is written again', async () => {
  expect(await stalePages(folder)).toEqual(['metrics.md', 'config.md', 'http-api.md'])
  await writePages(folder)
  expect(await stalePages(folder)).toEqual([])
  appendFileSync(join(folder, 'config.md'), 'more')
  expect(await stalePages(folder)).toEqual(['config.md'])
})

test('every metric and every declared call has its line', async () => {
  const pages = await referencePages()
  for (const { name } of allMetrics()) expect(pages.get('metrics.md')).toContain(`| \`${name}\` |`)
  for (const call of ['POST /api/login', 'GET /api/query', 'DELETE /api/hosts/:id', 'POST /api/agent/push'])
    expect(pages.get('http-api.md')).toContain(`### \`${call}\``)
})

test('a schema reads as text with its limits', () => {
  const schema = z.object({
    name: z.string().min(1).max(9),
    note: z.string().nullable().optional(),
    count: z.int().min(0),
    ranges: z.array(z.tuple([z.int(), z.int()])).max(3),
    kind: z.enum(['a', 'b']),
    extra: z.record(z.string(), z.number()),
  })
  expect(schemaText(schema)).toBe(`{
  name: text (1 to 9 characters)
  note?: text | null
  count: integer
  ranges: [[integer, integer], …] (at most 3)
  kind: "a" | "b"
  extra: {[name]: number}
}`)
})
