import { MIN_PASSWORD_LENGTH } from '@lumen/protocol/http/password-length'
import '../login/auth.css'
import { createSignal, type JSX, onMount, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field, focusSoon } from '../../components/field.tsx'
import { PasswordRules } from '../../components/password-rules.tsx'
import { te } from '../../i18n/te.ts'
import { location, navigate } from '../../router.ts'
import { enter } from '../../session.ts'
import { useTitle } from '../../title.ts'
import { AuthFrame } from '../login/auth-frame.tsx'
import { createLockout } from '../login/lockout.ts'

type FieldName = 'code' | 'username' | 'password'

/** First start: makes the first admin. A link from the hub's log may carry the code (`/setup?code=…`). */
export default function SetupPage(): JSX.Element {
  const [code, setCode] = createSignal(location().query.get('code') ?? '')
  const [username, setUsername] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const [fault, setFault] = createSignal<ApiError | undefined>()
  const lockout = createLockout()
  useTitle(() => te('setup.title'))

  onMount(async () => {
    const answer = await call(calls.getSetup).catch(() => undefined)
    if (answer?.needed === false) navigate('/', { replace: true })
  })

  const errorOf = (field: FieldName): string | undefined => {
    const now = fault()
    if (field === 'code' && now?.code === 'setup_code_wrong') return te('setup.codeWrong')
    return now?.fields.find((one) => one.path === field || one.path.endsWith(`.${field}`))?.message
  }
  const general = () => {
    const now = fault()
    const isShownBelow = now?.code === 'setup_code_wrong' || (now?.fields.length ?? 0) > 0
    return isShownBelow ? undefined : now?.message
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isBusy() || lockout.secondsLeft() > 0) return
    setBusy(true)
    setFault(undefined)
    try {
      const body = { code: code().trim(), username: username().trim(), password: password() }
      enter(await call(calls.postSetup, { body }))
      navigate('/', { replace: true })
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      if (thrown.code === 'setup_done') return navigate('/login', { replace: true })
      if (thrown.retryAfterS !== null) lockout.lock(thrown.retryAfterS)
      setFault(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <AuthFrame title={te('setup.title')} text={te('setup.text')}>
      <form class="auth-form" onSubmit={submit}>
        <Show
          when={lockout.secondsLeft() > 0}
          fallback={<Show when={general()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>}
        >
          <Banner kind="warn" icon="clock">
            {te('login.locked')} <span aria-live="off">{te('login.lockedFor', lockout.secondsLeft())}</span>
          </Banner>
        </Show>
        <Field
          class="setup-code"
          label={te('setup.code')}
          hint={te('setup.codeHint')}
          error={errorOf('code')}
          value={code()}
          onValue={setCode}
          name="code"
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck={false}
          required
          inputRef={focusSoon}
        />
        <Field
          label={te('login.username')}
          error={errorOf('username')}
          value={username()}
          onValue={setUsername}
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          required
        />
        <Field
          label={te('login.password')}
          type="password"
          error={errorOf('password')}
          value={password()}
          onValue={setPassword}
          name="password"
          autocomplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          required
        />
        <PasswordRules password={password()} />
        <Button
          type="submit"
          look="primary"
          class="wide"
          isBusy={isBusy()}
          disabled={lockout.secondsLeft() > 0}
        >
          {te('setup.submit')}
        </Button>
      </form>
    </AuthFrame>
  )
}
