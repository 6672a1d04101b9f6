import { expect } from 'bun:test'
import { AXE_SCRIPT, axeViolations } from '@lumen/testkit/axe'
import { DESKTOP, PHONE, type TestBrowser } from '@lumen/testkit/browser'
import type { PageGlobal } from '@lumen/testkit/page-global'
import type { Page } from 'playwright-core'

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>

/** Opens `path` in every look there is: axe finds nothing, nothing scrolls sideways, nothing goes wrong. */
export async function accessible(options: {
  browser: TestBrowser
  url: string
  path: string
  isShown: (opened: Page) => Promise<unknown>
  cookies?: Cookies
}): Promise<void> {
  for (const viewport of [DESKTOP, PHONE]) {
    for (const colorScheme of ['dark', 'light'] as const) {
      await using watched = await options.browser.open({ viewport, colorScheme, initScript: AXE_SCRIPT })
      await watched.page.context().addCookies(options.cookies ?? [])
      await watched.page.goto(options.url + options.path)
      await options.isShown(watched.page)
      await watched.page.waitForLoadState('networkidle').catch(() => {})
      const look = `${options.path} ${colorScheme} ${viewport.width} px`
      expect({ look, violations: await axeViolations(watched.page) }).toEqual({ look, violations: [] })
      const overflow = await watched.page.evaluate(() => {
        const { documentElement } = (globalThis as unknown as PageGlobal).document
        return documentElement.scrollWidth - documentElement.clientWidth
      })
      expect({ look, overflow }).toEqual({ look, overflow: 0 })
      expect({ look, faults: watched.faults() }).toEqual({ look, faults: [] })
    }
  }
}
