import { Refusal } from '../refusal.ts'

/** Refuses calls that another site made a browser send. Browsers say where a call comes from with Origin and
 * Sec-Fetch-Site; programs say neither and hold no cookie they were not given.
 * @param hosts `host:port` this hub goes by
 * @throws {Refusal} 403 `origin_foreign` */
export function checkOrigin(headers: Headers, hosts: readonly (string | null | undefined)[]): void {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') throw foreign()
  const origin = headers.get('origin')
  if (origin === null) return
  const from = URL.canParse(origin) ? new URL(origin).host : ''
  if (from === '' || !hosts.some((host) => host?.toLowerCase() === from)) throw foreign()
}

function foreign(): Refusal {
  return new Refusal(403, 'origin_foreign', 'This call came from another site than this hub’s own pages')
}
