import { expect } from 'bun:test'
import { AXE_SCRIPT, axeViolations } from '@lumen/testkit/axe'
import { DESKTOP, PHONE, type TestBrowser } from '@lumen/testkit/browser'
import type { PageGlobal } from '@lumen/testkit/page-global'
import type { Page } from 'playwright-core'

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>

/** Opens `path` and shows it in every look there is: axe finds nothing, nothing scrolls sideways, nothing goes wrong. It is
 * loaded once and changes its look as it does when a window is resized or the system's theme is switched. */
export async function accessible(options: {
  browser: TestBrowser
  url: string
  path: string
  isShown: (opened: Page) => Promise<unknown>
  cookies?: Cookies
}): Promise<void> {
  await using watched = await options.browser.open({ initScript: AXE_SCRIPT })
  const { page } = watched
  await page.context().addCookies(options.cookies ?? [])
  await page.goto(options.url + options.path)
  await options.isShown(page)
  await page.waitForLoadState('networkidle').catch(() => {})
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await settled(page)
      const look = `${options.path} ${colorScheme} ${viewport.width} px`
      expect({ look, violations: await axeViolations(page) }).toEqual({ look, violations: [] })
      const overflow = await page.evaluate(() => {
        const { documentElement } = (globalThis as unknown as PageGlobal).document
        return documentElement.scrollWidth - documentElement.clientWidth
      })
      expect({ look, overflow }).toEqual({ look, overflow: 0 })
      expect({ look, faults: watched.faults() }).toEqual({ look, faults: [] })
    }
  }
}

/** The new look is drawn, and what moves has come to rest. */
function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const { document, requestAnimationFrame: nextFrame } = globalThis as unknown as PageGlobal
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => nextFrame(resolve))
    const ends = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    await Promise.all(ends.map(({ finished }) => finished.catch(() => undefined)))
  })
}
