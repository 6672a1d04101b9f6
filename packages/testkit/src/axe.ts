import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Give to `TestBrowser.open` as `initScript` where `axeViolations` will be asked: the page's policy forbids
 * scripts added later. */
export const AXE_SCRIPT = axe.source

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What WCAG 2.2 AA has against the page as it is now, one line a rule with the elements; empty when nothing. */
export async function axeViolations(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: tags, resultTypes: ['violations'] }),
    TAGS,
  )
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.map(
      (node) => `${node.target.join(' ')} (${node.any.map((any) => any.message).join('; ')})`,
    )
    return `${id}: ${help}: ${places.join(' | ')}`
  })
}
