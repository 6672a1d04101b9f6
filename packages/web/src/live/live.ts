import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { FleetSnapshot, FleetUpdate, LiveFrame, LiveMessage } from '@lumen/protocol/live/message'
import { type Accessor, createSignal, onCleanup, untrack } from 'solid-js'
import { calls } from '../api/calls.ts'
import { call } from '../api/client.ts'
import { AlertStore } from './alert-store.ts'
import { Connection, type Socket } from './connection.ts'
import { FleetStore } from './fleet.ts'
import { foldFleet } from './fold-fleet.ts'

const LIVE_PATH = '/api/live'

/** Called with the frames of one message, oldest first, as soon as it came: also while the page is hidden, so
 * that a chart keeps its data and only its drawing rests. `isSnapshot`: the stream began (anew), frames may be
 * missing before these. */
export type FrameListener = (frames: readonly LiveFrame[], isSnapshot: boolean) => void

const fleet = new FleetStore()
const alerts = new AlertStore()
const [offsetMs, setOffsetMs] = createSignal(0)
const frameListeners = new Map<number, Set<FrameListener>>()
const hostListeners = new Map<number, Set<(host: HostSummary | null) => void>>()
/** What the host topics told last, for components that come when the topic already runs. */
const lastHosts = new Map<number, HostSummary | null>()

/** Fleet messages that wait for the next drawn frame; a hidden page draws none, so they are folded together. */
let waiting: (FleetSnapshot | FleetUpdate)[] = []
let drawHandle = 0
let refused: () => void = () => {}

const connection = new Connection({
  open: () => new WebSocket(liveAddress()) as unknown as Socket,
  now: () => Date.now(),
  after: (ms, job) => {
    const timer = setTimeout(job, ms)
    return () => clearTimeout(timer)
  },
  onRefused: () => {
    refused()
    void fetchFleet()
  },
  onMessage: receive,
})

export const liveStatus = connection.status

/** Opens the stream. `onRefused` is told when it cannot be opened (the session may have ended). */
export function startLive(onRefused: () => void): void {
  refused = onRefused
  connection.start()
  addEventListener('online', retry)
  document.addEventListener('visibilitychange', retry)
}

/** Closes the stream and forgets what it told (log out). */
export function stopLive(): void {
  removeEventListener('online', retry)
  document.removeEventListener('visibilitychange', retry)
  connection.stop()
  waiting = []
  fleet.clear()
  alerts.clear()
}

/** The hub's clock, epoch ms, as near as its last message tells. */
export const hubNow = (): number => Date.now() + offsetMs()

/** All hosts, live while the calling component is. */
export function useFleet(): FleetStore {
  onCleanup(connection.subscribe('fleet'))
  if (untrack(connection.status).kind === 'lost') void fetchFleet()
  return fleet
}

/** All alerts that are not over, live while the calling component is. */
export function useAlerts(): AlertStore {
  onCleanup(connection.subscribe('alerts'))
  return alerts
}

/** One host's summary, live while the calling component is: undefined until known, null when there is none. */
export function useHost(id: number): Accessor<HostSummary | null | undefined> {
  const [host, setHost] = createSignal<HostSummary | null | undefined>(lastHosts.get(id) ?? fleet.host(id))
  const unlisten = listen(hostListeners, id, (next: HostSummary | null) => setHost(next))
  onCleanup(() => {
    unlisten()
    if (!hostListeners.has(id)) lastHosts.delete(id)
  })
  onCleanup(connection.subscribe(`host:${id}`))
  return host
}

/** A feed of one host's readings for charts, past all stores. The answer ends it. */
export function onFrames(id: number, listener: FrameListener): () => void {
  const unlisten = listen(frameListeners, id, listener)
  const unsubscribe = connection.subscribe(`host:${id}`)
  return () => {
    unlisten()
    unsubscribe()
  }
}

function receive(message: LiveMessage): void {
  if (message.type === 'error') return
  setOffsetMs(message.time - Date.now())
  if ('hosts' in message) {
    waiting = foldFleet(waiting, message)
    if (drawHandle === 0) drawHandle = requestAnimationFrame(draw)
    return
  }
  if ('alerts' in message) {
    alerts.apply(message)
    return
  }
  const id = Number(message.topic.slice('host:'.length))
  const isSnapshot = message.type === 'snapshot'
  const frames = 'frames' in message ? message.frames : message.frame === null ? [] : [message.frame]
  for (const listener of frameListeners.get(id) ?? []) listener(frames, isSnapshot)
  if (!isSnapshot && message.host === null) return
  const listeners = hostListeners.get(id)
  if (listeners === undefined) return
  lastHosts.set(id, message.host)
  for (const listener of listeners) listener(message.host)
}

/** Where no WebSocket gets through (a proxy that knows none), pages have at least what a plain call tells. */
async function fetchFleet(): Promise<void> {
  if (untrack(fleet.ids) !== undefined) return
  const answer = await call(calls.listHosts).catch(() => undefined)
  if (answer === undefined || untrack(fleet.ids) !== undefined) return
  fleet.apply([{ type: 'snapshot', topic: 'fleet', time: Date.now(), hosts: answer.hosts }])
}

function draw(): void {
  drawHandle = 0
  const messages = waiting
  waiting = []
  fleet.apply(messages)
}

function retry(): void {
  if (!document.hidden) connection.retryNow()
}

function liveAddress(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${LIVE_PATH}`
}

function listen<T>(all: Map<number, Set<T>>, id: number, listener: T): () => void {
  const set = all.get(id) ?? new Set<T>()
  all.set(id, set.add(listener))
  return () => {
    set.delete(listener)
    if (set.size === 0) all.delete(id)
  }
}
