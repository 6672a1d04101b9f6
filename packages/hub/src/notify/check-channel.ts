import type { ChannelSpec } from '@lumen/protocol/http/channels'
import { type FieldFault, faultsOf } from '../field-fault.ts'
import { Refusal } from '../refusal.ts'
import type { OpenSecrets } from './channel-secrets.ts'
import type { ChannelRecord } from './channels.ts'
import { type Form, schemaOf } from './form.ts'
import { kindOf } from './kinds.ts'

/** A channel as it may be stored, its defaults filled in. Secrets left out are those of `before`, one that is empty is
 * taken away; of another kind nothing stays. A server that is another one gets no secret that was not given anew with
 * it, or whoever is logged in could have it sent to himself.
 * @throws {Refusal} 400 `channel_invalid` naming each field, `settings.…` or `secrets.…` */
export function checkChannel(
  given: ChannelSpec,
  before?: Pick<ChannelRecord, 'spec' | 'secrets'>,
): { spec: ChannelRecord['spec']; secrets: OpenSecrets } {
  const { secrets: givenSecrets, ...spec } = given
  const kind = kindOf(spec.kind)
  if (kind === undefined) throw invalid([{ path: 'kind', message: 'is not known to this hub' }])
  const kept = before?.spec.kind === spec.kind ? before.secrets : {}
  const named = Object.entries({ ...kept, ...givenSecrets }).filter(([, value]) => value !== '')
  const settings = schemaOf(kind.settings).safeParse(spec.settings)
  const secrets = schemaOf(kind.secrets).safeParse(Object.fromEntries(named))
  if (!settings.success || !secrets.success) {
    throw invalid([
      ...(settings.success ? [] : faultsOf(settings.error, 'settings')),
      ...(secrets.success ? [] : faultsOf(secrets.error, 'secrets')),
    ])
  }
  if (before?.spec.kind === spec.kind && goesElsewhere(kind.settings, before.spec.settings, settings.data)) {
    const kept = Object.keys(secrets.data).filter((name) => givenSecrets[name] === undefined)
    if (kept.length > 0) {
      throw invalid(
        kept.map((name) => ({ path: `secrets.${name}`, message: 'is needed with a new address' })),
      )
    }
  }
  const fault = kind.check?.(settings.data, secrets.data)
  if (fault !== undefined) throw invalid([fault])
  return { spec: { ...spec, settings: settings.data }, secrets: secrets.data as OpenSecrets }
}

type Settings = Readonly<Record<string, unknown>>

/** Whether any server it names is another one. */
function goesElsewhere(form: Form, before: Settings, now: Settings): boolean {
  return Object.entries(form).some(([name, { form: field }]) => {
    const isServer = field.kind === 'url' || name === 'host'
    return isServer && serverOf(before[name]) !== serverOf(now[name])
  })
}

/** The same server at another path may be another one behind a proxy, so the whole address counts. */
function serverOf(value: unknown): string {
  const text = String(value).replace(/\/+$/, '')
  return URL.canParse(text) ? new URL(text).href : text.toLowerCase()
}

function invalid(errors: FieldFault[]): Refusal {
  const [first] = errors
  return new Refusal(400, 'channel_invalid', `The channel is invalid: ${first?.path} ${first?.message}`, {
    errors,
  })
}
