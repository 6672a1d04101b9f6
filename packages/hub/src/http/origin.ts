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
  const from = URL.canParse(origin) ? new URL(origin) : undefined
  if (from === undefined || from.host === '' || !hosts.some((host) => isHostOf(from, host))) throw foreign()
}

/** Proxies may write the port that browsers leave out: `lumen.example:443`. */
function isHostOf({ protocol, host }: URL, given: string | null | undefined): boolean {
  const own = `${protocol}//${given}`
  return given !== null && given !== undefined && URL.canParse(own) && new URL(own).host === host
}

function foreign(): Refusal {
  return new Refusal(403, 'origin_foreign', 'This call came from another site than this hub’s own pages')
}
