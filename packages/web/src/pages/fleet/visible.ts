import { type Accessor, createSignal, onCleanup } from 'solid-js'

const setters = new WeakMap<Element, (isVisible: boolean) => void>()
let observer: IntersectionObserver | undefined

/** Whether an element is on screen or nearly. What is not needs no redrawing. All share one observer. */
export function useVisible(): [ref: (element: Element) => void, isVisible: Accessor<boolean>] {
  const [isVisible, setVisible] = createSignal(false)
  observer ??= new IntersectionObserver(report, { rootMargin: '160px 0px' })
  const ref = (element: Element) => {
    setters.set(element, setVisible)
    observer?.observe(element)
    onCleanup(() => observer?.unobserve(element))
  }
  return [ref, isVisible]
}

function report(entries: IntersectionObserverEntry[]): void {
  for (const entry of entries) setters.get(entry.target)?.(entry.isIntersecting)
}
