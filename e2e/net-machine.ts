/** What a test needs that starts one. */
export const NET_MACHINE_NEEDS = { root: true, programs: { ip: 'iproute2' } }

export interface NetMachine extends Disposable {
  /** Ours, on the cable. */
  readonly hubAddress: string
  /** Put in front of a command that is to run there. */
  readonly inside: readonly string[]
  cable(state: 'up' | 'down'): void
}

let started = 0

/** A machine of its own, as far as the network goes: one cable leads to ours. */
export function startNetMachine(): NetMachine {
  started += 1
  const id = `${process.pid}-${started}`
  const [namespace, hubEnd, agentEnd] = [`lumen-${id}`, `lh${id}`, `la${id}`]
  const [hubAddress, agentAddress] = cableAddresses(process.pid + started)
  const undo = () => void Bun.spawnSync(['ip', 'netns', 'del', namespace])
  const cable = (state: 'up' | 'down') => ip('-n', namespace, 'link', 'set', agentEnd, state)
  try {
    ip('netns', 'add', namespace)
    ip('link', 'add', hubEnd, 'type', 'veth', 'peer', 'name', agentEnd, 'netns', namespace)
    ip('address', 'add', `${hubAddress}/30`, 'dev', hubEnd)
    ip('link', 'set', hubEnd, 'up')
    ip('-n', namespace, 'address', 'add', `${agentAddress}/30`, 'dev', agentEnd)
    cable('up')
  } catch (error) {
    undo()
    throw error
  }
  return { hubAddress, inside: ['ip', 'netns', 'exec', namespace], cable, [Symbol.dispose]: undo }
}

/** The two ends of a cable, of the range that is set aside for tests (RFC 2544): the n-th pair of 32,768, so that tests
 * which run side by side have each their own. */
function cableAddresses(n: number): [string, string] {
  const base = (n % 2 ** 15) * 4
  const address = (offset: number) => {
    const rest = base + offset
    return `198.${18 + (rest >> 16)}.${(rest >> 8) & 255}.${rest & 255}`
  }
  return [address(1), address(2)]
}

function ip(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(['ip', ...args])
  if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}
