import { Tabs } from '@kobalte/core/tabs'
import { type JSX, Match, Switch } from 'solid-js'
import { Banner } from '../../components/banner.tsx'
import { CopyBox } from '../../components/copy-box.tsx'
import { Icon } from '../../components/icon.tsx'
import { tm } from '../../i18n/tm.ts'
import { useFleet } from '../../live/live.ts'
import { agentCommands } from './agent-command.ts'
import { InstallHelp } from './install-help.tsx'

/** A new token in the command that uses it, and whether the host has pushed with it: the old token ended when
 * this one was made, so any push after `lastSeenBefore` came with the new one. */
export function TokenPanel(props: {
  hostId: number
  token: string
  lastSeenBefore: number | null
}): JSX.Element {
  const fleet = useFleet()
  const commands = () => agentCommands(window.location.origin, props.token)
  const isReceived = () => {
    const lastSeen = fleet.host(props.hostId)?.last_seen ?? null
    return lastSeen !== null && lastSeen > (props.lastSeenBefore ?? 0)
  }
  return (
    <div class="token-panel">
      <Banner kind="info" icon="key">
        {tm('token.once')}
      </Banner>
      <Tabs class="command-tabs">
        <Tabs.List class="tab-list" aria-label={tm('token.how')}>
          <Tabs.Trigger class="tab" value="install">
            {tm('token.install')}
          </Tabs.Trigger>
          <Tabs.Trigger class="tab" value="executable">
            {tm('token.executable')}
          </Tabs.Trigger>
          <Tabs.Trigger class="tab" value="checkout">
            {tm('token.checkout')}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="install">
          <InstallHelp token={props.token} />
        </Tabs.Content>
        <Tabs.Content value="executable">
          <CopyBox label={tm('token.command')} text={commands().executable} />
        </Tabs.Content>
        <Tabs.Content value="checkout">
          <CopyBox label={tm('token.command')} text={commands().checkout} />
        </Tabs.Content>
      </Tabs>
      <div class="first-push" classList={{ received: isReceived() }} role="status">
        <Switch>
          <Match when={isReceived()}>
            <Icon name="check" />
            <span>{tm('token.received')}</span>
            <a class="button primary" href={`/hosts/${props.hostId}`}>
              {tm('token.open')}
            </a>
          </Match>
          <Match when={!isReceived()}>
            <span class="waiting-dot" aria-hidden="true" />
            <span>{tm('token.waiting')}</span>
          </Match>
        </Switch>
      </div>
    </div>
  )
}
