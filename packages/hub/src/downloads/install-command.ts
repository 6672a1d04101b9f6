import type { InstallAnswer } from '@lumen/protocol/http/install'
import { BUILD_NAMES, type Builds } from './builds.ts'

/** What a person is shown for installing or updating an agent from this hub.
 * @param hub address of the hub as agents reach it */
export async function installAnswer(hub: string, builds: Builds): Promise<InstallAnswer> {
  const list = (await builds.list()).map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
  const absent = BUILD_NAMES.filter((name) => !list.some((build) => build.name === name))
  if (!list.some(({ name }) => name.startsWith('lumen-linux-')))
    return { hub, sha256: null, builds: list, absent, commands: null }
  const sha256 = new Bun.CryptoHasher('sha256').update(await builds.sums()).digest('hex')
  const url = shellWord(`${hub}/install.sh`)
  const run = `sh -s -- --hub ${shellWord(hub)} --sha256 ${sha256}`
  return {
    ...{ hub, sha256, builds: list, absent },
    commands: { curl: `curl -fsSL ${url} | ${run}`, wget: `wget -qO- ${url} | ${run}` },
  }
}

/** A text as one word of a shell, quoted where it must be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(text) && !/[[\]]/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
