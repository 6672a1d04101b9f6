import { MIN_PASSWORD_LENGTH } from '@lumen/protocol/http/password-length'
import { createSignal, For, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { PasswordRules } from '../../components/password-rules.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/t.ts'
import { te } from '../../i18n/te.ts'
import { logOut, session } from '../../session.ts'
import { setTheme, THEME_CHOICES, themeChoice } from '../../theme.ts'

/** Settings → Account: who is logged in, password, theme, log out. */
export function AccountSection(): JSX.Element {
  const username = () => {
    const now = session()
    return now.kind === 'in' ? now.me.username : ''
  }
  return (
    <section class="settings-section" aria-labelledby="account-heading">
      <header class="section-head">
        <div>
          <h2 id="account-heading">{t('settings.account')}</h2>
          <p class="dim">{te('account.who', username())}</p>
        </div>
        <Button icon="logout" onClick={() => void logOut()}>
          {t('account.logOut')}
        </Button>
      </header>
      <fieldset class="setting">
        <legend class="visually-hidden">{te('account.theme')}</legend>
        <span class="setting-text label" aria-hidden="true">
          {te('account.theme')}
        </span>
        <div class="segments">
          <For each={THEME_CHOICES}>
            {(choice) => (
              <button type="button" aria-pressed={themeChoice() === choice} onClick={() => setTheme(choice)}>
                {te(`account.theme.${choice}`)}
              </button>
            )}
          </For>
        </div>
      </fieldset>
      <PasswordForm username={username()} />
    </section>
  )
}

function PasswordForm(props: { username: string }): JSX.Element {
  const [current, setCurrent] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const [fault, setFault] = createSignal<ApiError | undefined>()
  const isWrong = () => fault()?.code === 'login_failed'

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setBusy(true)
    setFault(undefined)
    try {
      await call(calls.postPassword, { body: { current: current(), password: password() } })
      setCurrent('')
      setPassword('')
      toast(te('account.passwordChanged'))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      setFault(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="password-form" onSubmit={submit}>
      <div>
        <h3>{te('account.password')}</h3>
        <p class="dim">{te('account.passwordHint')}</p>
      </div>
      <Show when={!isWrong() && fault()}>{(error) => <Banner kind="fault">{error().message}</Banner>}</Show>
      <input
        class="visually-hidden"
        type="text"
        autocomplete="username"
        value={props.username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field
        label={te('account.current')}
        type="password"
        autocomplete="current-password"
        value={current()}
        onValue={setCurrent}
        error={isWrong() ? te('account.currentWrong') : undefined}
        required
      />
      <Field
        label={te('account.new')}
        type="password"
        autocomplete="new-password"
        value={password()}
        onValue={setPassword}
        minLength={MIN_PASSWORD_LENGTH}
        required
      />
      <PasswordRules password={password()} />
      <div>
        <Button type="submit" look="primary" isBusy={isBusy()}>
          {te('account.change')}
        </Button>
      </div>
    </form>
  )
}
