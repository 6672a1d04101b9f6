import './auth.css'
import { createEffect, createSignal, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field, focusSoon } from '../../components/field.tsx'
import { te } from '../../i18n/te.ts'
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
  useTitle(() => te('login.title'))
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
      setFault(thrown.code === 'login_failed' ? te('login.failed') : thrown.message)
      passwordInput?.focus()
      passwordInput?.select()
    } finally {
      setBusy(false)
    }
  }
  return (
    <AuthFrame title={te('login.title')}>
      <form class="auth-form" onSubmit={submit}>
        <Show
          when={lockout.secondsLeft() > 0}
          fallback={<Show when={fault()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>}
        >
          <Banner kind="warn" icon="clock">
            {te('login.locked')} <span aria-live="off">{te('login.lockedFor', lockout.secondsLeft())}</span>
          </Banner>
        </Show>
        <Field
          label={te('login.username')}
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
          label={te('login.password')}
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
          {te('login.submit')}
        </Button>
      </form>
    </AuthFrame>
  )
}
