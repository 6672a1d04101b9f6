import { expect, test } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { chromiumPath } from './chromium.ts'
import { runCommand } from './run-command.ts'
import { tempDir } from './temp-dir.ts'

test('several that need the browser at once all get a whole one, and nothing else is left', async () => {
  await using cache = await tempDir('lumen-chromium-')
  const paths = await Promise.all([1, 2, 3].map(() => chromiumPath(cache.path)))
  expect(new Set(paths).size).toBe(1)
  expect(await runCommand([paths[0]!, '--version'])).toContain('Chrom')
  expect(await readdir(cache.path)).toHaveLength(1)
})
