import { DropdownMenu } from '@kobalte/core/dropdown-menu'
import { For, type JSX } from 'solid-js'
import { Icon, type IconName } from './icon.tsx'

export interface MenuItem {
  label: string
  icon: IconName
  onSelect: () => void
  isDanger?: boolean
}

/** A button that opens a list of actions. */
export function Menu(props: { label: string; icon?: IconName; items: readonly MenuItem[] }): JSX.Element {
  let trigger!: HTMLButtonElement
  // What an item opens gives the focus back to where it was: to the button, as the item is gone by then.
  const choose = (item: MenuItem) => {
    trigger.focus()
    item.onSelect()
  }
  return (
    <DropdownMenu placement="bottom-end" gutter={4} modal={false}>
      <DropdownMenu.Trigger ref={trigger} class="icon-button" aria-label={props.label} title={props.label}>
        <Icon name={props.icon ?? 'more'} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal mount={document.getElementById('main') ?? document.body}>
        <DropdownMenu.Content class="menu" aria-label={props.label}>
          <For each={props.items}>
            {(item) => (
              <DropdownMenu.Item
                class="menu-item"
                classList={{ danger: item.isDanger ?? false }}
                // Enter ends here: it would also submit the form of a dialog it opens.
                onKeyDown={(event: KeyboardEvent) => event.key === 'Enter' && event.preventDefault()}
                onSelect={() => choose(item)}
              >
                <Icon name={item.icon} />
                {item.label}
              </DropdownMenu.Item>
            )}
          </For>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  )
}
