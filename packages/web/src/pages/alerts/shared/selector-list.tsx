import type { HostSelector } from '@lumen/protocol/http/alerts/scope'
import { createMemo, createUniqueId, For, Index, type JSX, Show } from 'solid-js'
import { Button, IconButton } from '../../../components/button.tsx'
import { ta } from '../../../i18n/ta.ts'
import { useFleet } from '../../../live/live.ts'

type By = HostSelector['by']
const KINDS: readonly By[] = ['name', 'host', 'tag']

/** Which hosts are meant, one a line: by name or glob, by picking, by tag. */
export function SelectorList(props: {
  label: string
  value: readonly HostSelector[]
  onValue: (selectors: HostSelector[]) => void
  error?: string | undefined
}): JSX.Element {
  const fleet = useFleet()
  const hosts = createMemo(() => (fleet.all() ?? []).map(({ id, name }) => ({ id, name })), [], {
    equals: sameHosts,
  })
  const tags = createMemo(() => [...new Set((fleet.all() ?? []).flatMap((host) => host.tags))].sort(), [], {
    equals: (a, b) => a.join() === b.join(),
  })
  const put = (at: number, next: HostSelector) =>
    props.onValue(props.value.map((old, i) => (i === at ? next : old)))
  const fresh = (by: By): HostSelector =>
    by === 'name'
      ? { by, glob: '*' }
      : by === 'tag'
        ? { by, tag: tags()[0] ?? '' }
        : { by, id: hosts()[0]?.id ?? 0 }
  return (
    <fieldset class="selectors" aria-label={props.label}>
      <Index each={props.value}>
        {(one, i) => (
          <div class="selector">
            <select
              class="select"
              aria-label={ta('scope.kindOf', i + 1)}
              onChange={(event) => put(i, fresh(event.currentTarget.value as By))}
            >
              <For each={KINDS}>
                {(by) => (
                  <option value={by} selected={one().by === by}>
                    {ta(`scope.${by}`)}
                  </option>
                )}
              </For>
            </select>
            <SelectorValue
              label={ta('scope.valueOf', i + 1)}
              value={one()}
              hosts={hosts()}
              tags={tags()}
              isInvalid={props.error !== undefined}
              onValue={(next) => put(i, next)}
            />
            <IconButton
              icon="close"
              label={ta('scope.remove', i + 1)}
              onClick={() => props.onValue(props.value.filter((_, at) => at !== i))}
            />
          </div>
        )}
      </Index>
      <Button
        icon="plus"
        look="ghost"
        onClick={() => props.onValue([...props.value, fresh(tags().length > 0 ? 'tag' : 'name')])}
      >
        {ta('scope.add')}
      </Button>
      <Show when={props.error}>
        <p class="field-note fault" role="alert">
          {props.error}
        </p>
      </Show>
    </fieldset>
  )
}

type KnownHost = { id: number; name: string }
const sameHosts = (a: readonly KnownHost[], b: readonly KnownHost[]) =>
  a.length === b.length && a.every(({ id, name }, i) => id === b[i]!.id && name === b[i]!.name)

function SelectorValue(props: {
  label: string
  value: HostSelector
  hosts: readonly KnownHost[]
  tags: readonly string[]
  isInvalid: boolean
  onValue: (next: HostSelector) => void
}): JSX.Element {
  const listId = createUniqueId()
  return (
    <Show
      when={props.value.by === 'host'}
      fallback={
        <>
          <input
            class="input"
            type="text"
            aria-label={props.label}
            aria-invalid={props.isInvalid}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder={props.value.by === 'tag' ? ta('scope.tagExample') : ta('scope.globExample')}
            list={props.value.by === 'tag' ? listId : undefined}
            value={
              props.value.by === 'tag' ? props.value.tag : props.value.by === 'name' ? props.value.glob : ''
            }
            onInput={({ currentTarget: { value } }) =>
              props.onValue(
                props.value.by === 'tag' ? { by: 'tag', tag: value } : { by: 'name', glob: value },
              )
            }
          />
          <datalist id={listId}>
            <For each={props.tags}>{(tag) => <option value={tag} />}</For>
          </datalist>
        </>
      }
    >
      <select
        class="select"
        aria-label={props.label}
        aria-invalid={props.isInvalid}
        onChange={(event) => props.onValue({ by: 'host', id: Number(event.currentTarget.value) })}
      >
        <For each={props.hosts}>
          {(host) => (
            <option value={host.id} selected={props.value.by === 'host' && props.value.id === host.id}>
              {host.name}
            </option>
          )}
        </For>
      </select>
    </Show>
  )
}
