import { For, type JSX, Show } from 'solid-js'
import { CopyBox } from '../../components/copy-box.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Icon } from '../../components/icon.tsx'
import { tk } from '../../i18n/tk.ts'

const WAYS = [
  { title: tk('containers.emptyRoot'), text: tk('containers.emptyRootText') },
  {
    title: tk('containers.emptyUser'),
    text: tk('containers.emptyUserText'),
    label: tk('containers.emptyUserCommand'),
    command: 'sudo usermod -aG docker lumen',
  },
  {
    title: tk('containers.emptyDocker'),
    text: tk('containers.emptyDockerText'),
    label: tk('containers.emptyDockerCommand'),
    command: `docker run …
  -v /proc:/host/proc:ro
  -v /sys:/host/sys:ro
  -v /var/run/docker.sock:/docker.sock
  … lumen agent …
  --proc /host/proc --sys /host/sys
  --docker /docker.sock`,
  },
]

/** Hosts there are, but none tells of containers: what their agents need, by where they run. */
export function NoContainers(): JSX.Element {
  return (
    <div class="no-containers">
      <EmptyState
        title={tk('containers.empty')}
        text={tk('containers.emptyText')}
        art={<Icon name="container" size={48} />}
      />
      <ul class="ways">
        <For each={WAYS}>
          {(way) => (
            <li class="way">
              <h3>{way.title}</h3>
              <p>{way.text}</p>
              <Show when={way.command}>
                {(command) => <CopyBox label={way.label ?? way.title} text={command()} />}
              </Show>
            </li>
          )}
        </For>
      </ul>
      <p class="ways-more">{tk('containers.emptyMore')}</p>
    </div>
  )
}
