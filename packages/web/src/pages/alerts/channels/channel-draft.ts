import type { Channel, ChannelField, ChannelKind, ChannelSpec } from '@lumen/protocol/http/channels'

export interface KindForm {
  kind: ChannelKind
  fields: readonly ChannelField[]
}

/** A channel as its form holds it; settings and secrets as typed. */
export interface ChannelDraft {
  name: string
  kind: ChannelKind
  isEnabled: boolean
  isDefault: boolean
  leastLevel: ChannelSpec['least_level']
  /** Text of fields, `true` or `false` of switches; lists and pairs a line each. */
  settings: Readonly<Record<string, string>>
  /** Typed anew, or empty to take away what is set; one that is set and not here stays. */
  secrets: Readonly<Record<string, string>>
}

/** The draft of a channel, or of a new one of a kind with the defaults of its fields. */
export function draftOf(channel: Channel | undefined, form: KindForm): ChannelDraft {
  const spec = channel?.spec
  const plain = form.fields.filter(({ kind }) => kind !== 'secret')
  return {
    name: spec?.name ?? '',
    kind: form.kind,
    isEnabled: spec?.is_enabled ?? true,
    isDefault: spec?.is_default ?? true,
    leastLevel: spec?.least_level ?? 'warning',
    settings: Object.fromEntries(
      plain.map((field) => [field.name, typedOf(field, spec?.settings[field.name] ?? field.default)]),
    ),
    secrets: {},
  }
}

function typedOf(field: ChannelField, value: unknown): string {
  if (value === undefined || value === null) return field.kind === 'switch' ? 'false' : ''
  if (Array.isArray(value)) return value.join('\n')
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, text]) => `${name}: ${text}`)
      .join('\n')
  }
  return String(value)
}

export type FieldFault = 'missing' | 'number' | 'pair'

export interface ReadChannel {
  spec: ChannelSpec
  /** By `settings.NAME` and `secrets.NAME`, as the hub's own. */
  faults: Readonly<Record<string, FieldFault>>
}

/** What a draft says. `known`: secrets that are set and may stay out. Empty fields are left out. */
export function readDraft(draft: ChannelDraft, form: KindForm, known: readonly string[]): ReadChannel {
  const faults: Record<string, FieldFault> = {}
  const settings: Record<string, unknown> = {}
  const secrets: Record<string, string> = {}
  for (const field of form.fields) {
    if (field.kind === 'secret') {
      const typed = draft.secrets[field.name]
      const isKept = typed === undefined && known.includes(field.name)
      if (field.is_required && !isKept && !typed) faults[`secrets.${field.name}`] = 'missing'
      else if (typed !== undefined && !isKept) secrets[field.name] = typed
      continue
    }
    const path = `settings.${field.name}`
    const read = readField(field, draft.settings[field.name] ?? '')
    if ('fault' in read) faults[path] = read.fault
    else if (read.value !== undefined) settings[field.name] = read.value
    else if (field.is_required) faults[path] = 'missing'
  }
  return {
    spec: {
      name: draft.name.trim(),
      kind: draft.kind,
      is_enabled: draft.isEnabled,
      is_default: draft.isDefault,
      least_level: draft.leastLevel,
      settings,
      secrets,
    },
    faults: draft.name.trim() === '' ? { name: 'missing', ...faults } : faults,
  }
}

function readField(field: ChannelField, text: string): { value: unknown } | { fault: FieldFault } {
  const plain = text.trim()
  if (field.kind === 'switch') return { value: text === 'true' }
  if (plain === '') return { value: undefined }
  switch (field.kind) {
    case 'integer':
      return /^-?\d{1,15}$/.test(plain) ? { value: Number(plain) } : { fault: 'number' }
    case 'lines':
      return { value: linesOf(plain, /[\n,]/) }
    case 'pairs': {
      const pairs = linesOf(plain, /\n/).map((line) => /^([^:\s]+)\s*:\s*(.*)$/.exec(line))
      if (pairs.some((pair) => pair === null)) return { fault: 'pair' }
      return { value: Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2]!])) }
    }
    default:
      return { value: plain }
  }
}

const linesOf = (text: string, between: RegExp): string[] =>
  text
    .split(between)
    .map((line) => line.trim())
    .filter(Boolean)

/** `smtp_host` as people read it: `Smtp host`; for fields of kinds that are newer than the page's own words. */
export function fieldTitle(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
