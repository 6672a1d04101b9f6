import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'

/** Adds up the scripts a page loads from now on, each as gzip would send it. */
export function weighScripts(page: Page): { gzipBytes(): Promise<number> } {
  const bodies: Promise<Buffer>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') bodies.push(response.body())
  })
  return {
    async gzipBytes() {
      const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length)
      return sizes.reduce((sum, size) => sum + size, 0)
    },
  }
}
