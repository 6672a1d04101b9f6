import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Needs } from '@lumen/testkit/needs'
import type { Target } from '../../tools/build-executable.ts'

/** What building for `targets` needs, and `more`. The runtime of another platform comes from npm the first time something
 * is built for it, which is not for a test to start on somebody's machine; where nothing may skip it is fetched. */
export function buildNeeds(targets: readonly Target[], more: Needs = {}): Needs {
  if (process.env.LUMEN_TEST_REQUIRE === '1') return more
  const runtimes = targets.map((target): [string, string] => [
    join(runtimeCache(), `bun-${target.replace('arm64', 'aarch64')}-v${Bun.version}`),
    `npm run build -- ${target}`,
  ])
  return { ...more, files: { ...Object.fromEntries(runtimes), ...more.files } }
}

function runtimeCache(): string {
  const { BUN_INSTALL_CACHE_DIR, BUN_INSTALL = join(homedir(), '.bun') } = process.env
  return BUN_INSTALL_CACHE_DIR ?? join(BUN_INSTALL, 'install/cache')
}
