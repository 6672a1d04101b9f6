import { createResource, type JSX, Match, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { CopyBox } from '../../components/copy-box.tsx'
import { tm } from '../../i18n/tm.ts'

/** The one line that installs or updates the agent of a Linux machine, and the token it asks for: a token on a
 * command line could be read by every user of the machine. */
export function InstallHelp(props: { token?: string }): JSX.Element {
  const [install] = createResource(() => call(calls.getInstall))
  return (
    <Switch fallback={<p class="dim">{tm('install.loading')}</p>}>
      <Match when={install.error}>
        <p class="dim">{tm('install.failed')}</p>
      </Match>
      <Match when={install()?.commands}>
        {(commands) => (
          <>
            <CopyBox label={tm('install.curl')} text={commands().curl} />
            <p class="dim">{tm('install.wget')}</p>
            <CopyBox label={tm('install.wgetCommand')} text={commands().wget} />
            {props.token !== undefined && (
              <>
                <p class="dim">{tm('install.asks')}</p>
                <CopyBox label={tm('install.token')} text={props.token} />
              </>
            )}
          </>
        )}
      </Match>
      <Match when={install()}>
        <p class="dim">{tm('install.noBuild')}</p>
      </Match>
    </Switch>
  )
}
