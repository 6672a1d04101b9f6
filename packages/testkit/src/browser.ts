import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core'
import { chromiumPath } from './chromium.ts'

/** A page that remembers everything that went wrong in it. */
export interface WatchedPage extends AsyncDisposable {
  page: Page
  /** Uncaught errors, console errors and failed requests so far, but for those expected at the time. */
  faults(): string[]
  /** Runs `body` while faults that match `pattern` are expected, such as refused connections during an outage. */
  expecting<T>(pattern: RegExp, body: () => Promise<T>): Promise<T>
}

export interface TestBrowser extends AsyncDisposable {
  /** A page in a context of its own: no cookies, nothing cached. `initScript` runs before the page's own. */
  open(options?: BrowserContextOptions & { initScript?: string }): Promise<WatchedPage>
  version(): string
}

export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 390, height: 844 }

/** How long a page may take over anything it is waited for; a busy machine is no failure. */
const PATIENCE_MS = 60_000

/** The package's own arguments also switch web security off and run everything in one process, which dies with
 * the first page that is closed; tests want a browser like a user's. */
const BROWSER_ARGS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage']

/** Starts the Chromium that npm brought; no system package is needed. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await playwright.launch({
    executablePath: await chromiumPath(),
    args: BROWSER_ARGS,
    headless: true,
  })
  return {
    version: () => browser.version(),
    async open({ initScript, ...options } = {}) {
      const context = await browser.newContext({ viewport: DESKTOP, ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      if (initScript !== undefined) await context.addInitScript({ content: initScript })
      const page = await context.newPage()
      const faults: string[] = []
      let expected: RegExp | null = null
      const fault = (text: string) => {
        if (expected === null || !expected.test(text)) faults.push(text)
      }
      page.on('pageerror', (error) => fault(`page error: ${error.stack ?? error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') fault(`console error: ${message.text()} (${message.location().url})`)
      })
      page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText ?? 'failed'
        // A navigation or an unmounted view takes its pending requests with it; nobody misses their answer.
        if (why !== 'net::ERR_ABORTED') fault(`request failed: ${why} ${request.method()} ${request.url()}`)
      })
      return {
        page,
        faults: () => [...faults],
        async expecting(pattern, body) {
          expected = pattern
          try {
            return await body()
          } finally {
            expected = null
          }
        },
        [Symbol.asyncDispose]: () => context.close(),
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
