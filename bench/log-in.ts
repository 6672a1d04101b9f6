import type { HubClient } from '@lumen/testkit/hub-client'
import type { Page } from 'playwright-core'

/** Gives the page the session of `admin`, as if it had logged in before. */
export async function logIn(page: Page, admin: HubClient): Promise<void> {
  if (admin.session === undefined) throw new Error('Cannot log the page in: the client has no session')
  await page.context().addCookies([
    {
      name: 'lumen_session',
      value: admin.session,
      url: admin.url,
      httpOnly: true,
      sameSite: 'Strict',
    },
  ])
}
