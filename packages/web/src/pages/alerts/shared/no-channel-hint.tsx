import { createResource, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { ta } from '../../../i18n/ta.ts'

type Reach = 'none' | 'noDefault' | 'some'

/** Rules are on from the first start; without a channel what fires shows here and reaches nobody. */
export function NoChannelHint(): JSX.Element {
  const [reach] = createResource(
    (): Promise<Reach> =>
      call(alertCalls.listChannels).then(
        ({ channels }) =>
          channels.length === 0
            ? 'none'
            : channels.some(({ spec }) => spec.is_enabled && spec.is_default)
              ? 'some'
              : 'noDefault',
        // The page's own content says why nothing can be loaded.
        () => 'some',
      ),
  )
  const kind = () => {
    const known = reach.latest
    return known === 'none' || known === 'noDefault' ? known : undefined
  }
  return (
    <Show when={kind()}>
      {(which) => (
        <div class="hint-place">
          <Banner
            kind="warn"
            icon="bell"
            action={
              <a
                class="button primary"
                href={which() === 'none' ? '/alerts/channels?add=1' : '/alerts/channels'}
              >
                {ta(which() === 'none' ? 'hint.addChannel' : 'hint.seeChannels')}
              </a>
            }
          >
            <b>{ta(`hint.${which()}`)}</b> {ta(`hint.${which()}Text`)}
          </Banner>
        </div>
      )}
    </Show>
  )
}
