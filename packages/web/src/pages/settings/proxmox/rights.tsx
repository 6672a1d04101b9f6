import type { MissingRight } from '@lumen/protocol/http/proxmox/connections'
import { For, type JSX } from 'solid-js'
import { Banner } from '../../../components/banner.tsx'
import { tx } from './texts.ts'

/** Which rights a token lacks, where, and what is not shown without each. */
export function MissingRights(props: { rights: readonly MissingRight[] }): JSX.Element {
  return (
    <Banner kind="warn">
      {tx('proxmox.missing')}
      <ul class="proxmox-rights">
        <For each={props.rights}>
          {({ path, privilege, lost }) => (
            <li>
              <strong class="mono">{tx('proxmox.missingOn', privilege, path)}</strong>: {lost}
            </li>
          )}
        </For>
      </ul>
    </Banner>
  )
}
