import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { Banner } from '../components/banner.tsx'
import { shortDurationText } from '../format/duration.ts'
import { t } from '../i18n/t.ts'
import { liveStatus } from './live.ts'

/** A hub that restarts is back within this; until then no banner pushes the page around. */
const PATIENCE_MS = 1_500

/** Says that nothing new comes, and since when. */
export function LiveBanner(): JSX.Element {
  const [isOld, setOld] = createSignal(false)
  createEffect(() => {
    setOld(false)
    if (liveStatus().kind !== 'lost') return
    const timer = setTimeout(() => setOld(true), PATIENCE_MS)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <Show when={isOld()}>
      <Banner kind="warn" icon="offline">
        {t('live.lost')} <Age />
      </Banner>
    </Show>
  )
}

/** Not announced: a live region that changes every second would never be silent. */
function Age(): JSX.Element {
  const since = () => {
    const status = liveStatus()
    return status.kind === 'lost' ? status.since : Date.now()
  }
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), 1_000)
  onCleanup(() => clearInterval(timer))
  return <span aria-live="off">{t('live.age', shortDurationText((now() - since()) / 1000))}</span>
}
