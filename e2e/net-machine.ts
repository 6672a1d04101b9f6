/** What a test needs that starts one. */
export const NET_MACHINE_NEEDS = { root: true, programs: { ip: 'iproute2' } }
/** Ours, on the cable. */
export const HUB_ADDRESS = '10.231.77.1'

export interface NetMachine extends Disposable {
  /** Put in front of a command that is to run there. */
  readonly inside: readonly string[]
  cable(state: 'up' | 'down'): void
}

let started = 0

/** A machine of its own, as far as the network goes: one cable leads to ours. One at a time. */
export function startNetMachine(): NetMachine {
  started += 1
  const id = `${process.pid}-${started}`
  const [namespace, hubEnd, agentEnd] = [`lumen-${id}`, `lh${id}`, `la${id}`]
  const undo = () => void Bun.spawnSync(['ip', 'netns', 'del', namespace])
  const cable = (state: 'up' | 'down') => ip('-n', namespace, 'link', 'set', agentEnd, state)
  try {
    ip('netns', 'add', namespace)
    ip('link', 'add', hubEnd, 'type', 'veth', 'peer', 'name', agentEnd, 'netns', namespace)
    ip('address', 'add', `${HUB_ADDRESS}/30`, 'dev', hubEnd)
    ip('link', 'set', hubEnd, 'up')
    ip('-n', namespace, 'address', 'add', '10.231.77.2/30', 'dev', agentEnd)
    cable('up')
  } catch (error) {
    undo()
    throw error
  }
  return { inside: ['ip', 'netns', 'exec', namespace], cable, [Symbol.dispose]: undo }
}

function ip(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(['ip', ...args])
  if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}
