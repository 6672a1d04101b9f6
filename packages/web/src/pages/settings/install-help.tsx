import { createResource, type JSX, Match, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { CopyBox } from '../../components/copy-box.tsx'
import { t } from '../../i18n/t.ts'

/** The one line that installs or updates the agent of a Linux machine, and the token it asks for: a token on a
 * command line could be read by every user of the machine. */
export function InstallHelp(props: { token?: string }): JSX.Element {
  const [install] = createResource(() => call(calls.getInstall))
  return (
    <Switch fallback={<p class="dim">{t('install.loading')}</p>}>
      <Match when={install.error}>
        <p class="dim">{t('install.failed')}</p>
      </Match>
      <Match when={install()?.commands}>
        {(commands) => (
          <>
            <CopyBox label={t('install.curl')} text={commands().curl} />
            <p class="dim">{t('install.wget')}</p>
            <CopyBox label={t('install.wgetCommand')} text={commands().wget} />
            {props.token !== undefined && (
              <>
                <p class="dim">{t('install.asks')}</p>
                <CopyBox label={t('install.token')} text={props.token} />
              </>
            )}
          </>
        )}
      </Match>
      <Match when={install()}>
        <p class="dim">{t('install.noBuild')}</p>
      </Match>
    </Switch>
  )
}
