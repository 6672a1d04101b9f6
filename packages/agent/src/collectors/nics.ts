import { existsSync } from 'node:fs'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Roots } from '../config.ts'
import { readKernelLine, readKernelText } from '../kernel-text.ts'
import { type NicCounters, parseDefaultRoute, parseNetDev } from '../procfs/net-dev.ts'
import { GrowthBook, perSecond } from '../rate.ts'
import { round2 } from '../round.ts'
import type { Collector } from './collector.ts'
import { netReads, readNetText } from './net-proc.ts'

const SCAN_EVERY_MS = 60_000

/** Interfaces that carry other interfaces' traffic, come and go with containers and guests, or are no links. */
const NO_ROW =
  /^(lo|veth.*|docker\d+|br-.*|tap.*|fwbr.*|fwpr.*|fwln.*|ifb\d*|dummy\d*|virbr\d.*|vnet\d+|cni\d*|cni-.*|flannel.*|cali.*|cilium.*|lxc.*|lxdbr\d*|incusbr\d*|podman\d+|kube-.*|nodelocaldns|sit0|ip6tnl0|tunl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|bonding_masters)$/

interface Nic {
  isPhysical: boolean
  speed: string | undefined
  mac: string | undefined
}

/** Network interfaces from `/proc/net/dev`. The host's total is that of the physical ones (with a device behind
 * them, virtio included); where there is none, as in a container, that of the default route's interface. */
export function nicsCollector(roots: Pick<Roots, 'procRoot' | 'sysRoot'>): Collector {
  const book = new GrowthBook()
  let known = new Map<string, Nic>()
  let defaultRoute: string | undefined
  let scannedAt = Number.NEGATIVE_INFINITY
  const describe = (name: string): Nic => {
    let nic = known.get(name)
    if (nic === undefined) {
      nic = describeNic(`${roots.sysRoot}/class/net/${name}`)
      known.set(name, nic)
    }
    return nic
  }
  return {
    name: 'nics',
    reads: [
      ...netReads('dev'),
      ...netReads('route'),
      ...(['address', 'device', 'speed', 'operstate', 'flags'] as const).map(
        (file) => `{sys}/class/net/*/${file}` as const,
      ),
    ],
    sends: ['nic.*', 'host.net_*'],
    collect(into, at) {
      const text = readNetText(roots, 'dev')
      if (text === undefined) return
      if (at - scannedAt >= SCAN_EVERY_MS) {
        known = new Map()
        defaultRoute = parseDefaultRoute(readNetText(roots, 'route') ?? '')
        scannedAt = at
      }
      const nics = parseNetDev(text, (name) => !NO_ROW.test(name) || name === defaultRoute)
      const hasPhysical = nics.some(({ name }) => describe(name).isPhysical)
      const rows: Record<string, WireRow<'nic'>> = {}
      let rx: number | undefined
      let tx: number | undefined
      let isWhole = true
      for (const nic of nics) {
        const about = describe(nic.name)
        const wasKnown = book.has(nic.name)
        const row: WireRow<'nic'> = ratesOf(book, nic, at)
        const isCounted = hasPhysical ? about.isPhysical : nic.name === defaultRoute
        if (isCounted && typeof row.rx_bytes_per_s === 'number') {
          rx = (rx ?? 0) + row.rx_bytes_per_s
          tx = (tx ?? 0) + row.tx_bytes_per_s!
        }
        if (isCounted && wasKnown && row.rx_bytes_per_s === undefined) isWhole = false
        row.state = linkState(`${roots.sysRoot}/class/net/${nic.name}`)
        if (about.speed !== undefined) row.speed = about.speed
        if (about.mac !== undefined) row.mac = about.mac
        rows[nic.name] = row
      }
      book.endRound()
      if (nics.length > 0) into.nic = rows
      if (!isWhole) return
      if (rx !== undefined) into.host.net_rx_bytes_per_s = rx
      if (tx !== undefined) into.host.net_tx_bytes_per_s = tx
    },
  }
}

function ratesOf(book: GrowthBook, nic: NicCounters, at: number): WireRow<'nic'> {
  const counters = [nic.rxBytes, nic.txBytes, nic.rxPackets, nic.txPackets, nic.errors, nic.drops]
  const growth = book.read(nic.name, counters, at)
  if (growth === undefined) return {}
  const rates = growth.by.map((grown) => perSecond(grown, growth.elapsedMs))
  return {
    rx_bytes_per_s: Math.round(rates[0]!),
    tx_bytes_per_s: Math.round(rates[1]!),
    rx_packets_per_s: Math.round(rates[2]! * 10) / 10,
    tx_packets_per_s: Math.round(rates[3]! * 10) / 10,
    errors_per_s: round2(rates[4]!),
    drops_per_s: round2(rates[5]!),
  }
}

function describeNic(folder: string): Nic {
  const mac = readKernelLine(`${folder}/address`)
  return {
    isPhysical: existsSync(`${folder}/device`),
    speed: linkSpeed(folder),
    mac: mac === undefined || /^[0:]*$/.test(mac) ? undefined : mac.slice(0, 64),
  }
}

/** `1000 Mbit/s`; undefined for links that have none or are down (the kernel answers EINVAL or -1 then). Drivers
 * answer whatever error they like here, which must not cost the traffic of all links. */
function linkSpeed(folder: string): string | undefined {
  try {
    const megabits = Number(readKernelLine(`${folder}/speed`) ?? Number.NaN)
    return megabits > 0 && megabits < 4_294_967_295 ? `${megabits} Mbit/s` : undefined
  } catch {
    return undefined
  }
}

/** Tunnels report `unknown`: for them the up flag decides (Linux Documentation/networking/operstates). */
function linkState(folder: string): 'up' | 'down' | undefined {
  const operstate = readKernelLine(`${folder}/operstate`)
  if (operstate === undefined) return undefined
  if (operstate !== 'unknown') return operstate === 'up' ? 'up' : 'down'
  const flags = readKernelText(`${folder}/flags`)
  return flags === undefined ? undefined : (Number(flags.trim()) & 1) !== 0 ? 'up' : 'down'
}
