import type { PushDevice } from '@lumen/protocol/http/push'
import { createResource, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { pushCalls } from '../../../api/push-calls.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { toast } from '../../../components/toast.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { t } from '../../../i18n/t.ts'
import { tn } from '../../../i18n/tn.ts'
import { abilityOf, digestOf, environment, ownSubscription, subscribe } from './this-browser.ts'

interface Known {
  publicKey: string
  /** This browser, as far as the hub tells it anything. */
  own: PushDevice | undefined
  others: PushDevice[]
  hasChannel: boolean
}

/** Whether this browser is told, and one's others that are. */
export function DeviceCard(): JSX.Element {
  const [known, { refetch }] = createResource(lookUp)
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<string | undefined>()
  const ability = () => abilityOf(environment())
  const data = () => (known.error === undefined ? known.latest : undefined)
  const run = async (task: () => Promise<void>) => {
    setBusy(true)
    setError(undefined)
    try {
      await task()
    } catch (thrown) {
      setError(tn('device.failed', thrown instanceof Error ? thrown.message : String(thrown)))
    }
    setBusy(false)
    await refetch()
  }
  const enable = (publicKey: string) =>
    run(async () => {
      const subscription = await subscribe(publicKey)
      if (subscription === undefined) {
        setError(tn('device.refused'))
        return
      }
      const { endpoint, keys } = subscription.toJSON() as { endpoint: string; keys: Record<string, string> }
      await call(pushCalls.addPushDevice, {
        body: { endpoint, keys: { p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' } },
      })
      toast(tn('device.enabled'))
    })
  const disable = (device: PushDevice) =>
    run(async () => {
      await call(pushCalls.removePushDevice, { params: { id: device.id } })
      await (await ownSubscription())?.unsubscribe()
      toast(tn('device.disabled'))
    })
  const remove = (device: PushDevice) =>
    run(async () => {
      await call(pushCalls.removePushDevice, { params: { id: device.id } })
    })
  return (
    <div class="notify-card">
      <h3>{tn('device.title')}</h3>
      <Switch fallback={<Skeleton height="56px" />}>
        <Match when={known.error}>
          {(thrown) => (
            <Banner kind="fault" action={<Button onClick={() => void refetch()}>{t('error.retry')}</Button>}>
              {(thrown() as Error).message}
            </Banner>
          )}
        </Match>
        <Match when={data()}>
          {(now) => (
            <>
              <Switch>
                <Match when={now().own}>
                  {(own) => (
                    <div class="notify-state">
                      <p>{tn('device.on')}</p>
                      <Button isBusy={isBusy()} onClick={() => void disable(own())}>
                        {tn('device.disable')}
                      </Button>
                    </div>
                  )}
                </Match>
                <Match when={ability() === 'able'}>
                  <div class="notify-state">
                    <p>{tn('device.off')}</p>
                    <Button look="primary" isBusy={isBusy()} onClick={() => void enable(now().publicKey)}>
                      {tn('device.enable')}
                    </Button>
                  </div>
                </Match>
                <Match when={ability()}>
                  {(why) => (
                    <p class="dim">{tn(`device.${why() as Exclude<ReturnType<typeof why>, 'able'>}`)}</p>
                  )}
                </Match>
              </Switch>
              <Show when={error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
              <Show when={!now().hasChannel && (now().own !== undefined || now().others.length > 0)}>
                <Banner
                  kind="warn"
                  action={
                    <a class="button" href="/alerts/channels?add=web_push">
                      {tn('device.addChannel')}
                    </a>
                  }
                >
                  {tn('device.noChannel')}
                </Banner>
              </Show>
              <Show when={now().others.length > 0}>
                <h4>{tn('device.others')}</h4>
                <ul class="notify-devices">
                  <For each={now().others}>
                    {(device) => (
                      <li>
                        <span>{tn('device.other', device.service, dateTimeText(device.created_at))}</span>
                        <Button
                          look="ghost"
                          isBusy={isBusy()}
                          aria-label={tn('device.removeOf', device.service, dateTimeText(device.created_at))}
                          onClick={() => void remove(device)}
                        >
                          {tn('device.remove')}
                        </Button>
                      </li>
                    )}
                  </For>
                </ul>
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}

async function lookUp(): Promise<Known> {
  const [push, { channels }, subscription] = await Promise.all([
    call(pushCalls.listPushDevices),
    call(alertCalls.listChannels),
    abilityOf(environment()) === 'able' ? ownSubscription().catch(nothing) : null,
  ])
  const digest = subscription === null ? null : await digestOf(subscription.endpoint)
  return {
    publicKey: push.public_key,
    own: push.devices.find(({ endpoint_sha256 }) => endpoint_sha256 === digest),
    others: push.devices.filter(({ endpoint_sha256 }) => endpoint_sha256 !== digest),
    hasChannel: channels.some(({ spec }) => spec.kind === 'web_push' && spec.is_enabled),
  }
}

/** A browser that fails to say what it is subscribed to counts as not subscribed. */
const nothing = (): null => null
