import './auth.css'
import { createEffect, createSignal, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field, focusSoon } from '../../components/field.tsx'
import { t } from '../../i18n/t.ts'
import { navigate } from '../../router.ts'
import { enter, pageAfterLogin, session } from '../../session.ts'
import { useTitle } from '../../title.ts'
import { AuthFrame } from './auth-frame.tsx'
import { createLockout } from './lockout.ts'

export default function LoginPage(): JSX.Element {
  const [username, setUsername] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const [fault, setFault] = createSignal<string | undefined>()
  const lockout = createLockout()
  let passwordInput: HTMLInputElement | undefined
  useTitle(() => t('login.title'))
  createEffect(() => session().kind === 'in' && navigate(pageAfterLogin(), { replace: true }))

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isBusy() || lockout.secondsLeft() > 0) return
    setBusy(true)
    setFault(undefined)
    try {
      enter(await call(calls.postLogin, { body: { username: username().trim(), password: password() } }))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      if (thrown.retryAfterS !== null) lockout.lock(thrown.retryAfterS)
      setFault(thrown.code === 'login_failed' ? t('login.failed') : thrown.message)
      passwordInput?.focus()
      passwordInput?.select()
    } finally {
      setBusy(false)
    }
  }
  return (
    <AuthFrame title={t('login.title')}>
      <form class="auth-form" onSubmit={submit}>
        <Show
          when={lockout.secondsLeft() > 0}
          fallback={<Show when={fault()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>}
        >
          <Banner kind="warn" icon="clock">
            {t('login.locked')} <span aria-live="off">{t('login.lockedFor', lockout.secondsLeft())}</span>
          </Banner>
        </Show>
        <Field
          label={t('login.username')}
          value={username()}
          onValue={setUsername}
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          inputRef={focusSoon}
        />
        <Field
          label={t('login.password')}
          type="password"
          value={password()}
          onValue={setPassword}
          name="password"
          autocomplete="current-password"
          required
          inputRef={(element) => {
            passwordInput = element
          }}
        />
        <Button
          type="submit"
          look="primary"
          class="wide"
          isBusy={isBusy()}
          disabled={lockout.secondsLeft() > 0}
        >
          {t('login.submit')}
        </Button>
      </form>
    </AuthFrame>
  )
}
