import { statSync } from 'node:fs'
import { join } from 'node:path'

/** Where downloads come from. */
export interface DownloadSource {
  /** Folders of builds, the first that has one wins. */
  folders: readonly string[]
  /** The program that runs, where it is one: under the name of its platform, when no folder has that. */
  self?: { name: string; path: string } | undefined
}

/** A file that agents are installed from. */
export interface Build {
  name: string
  path: string
  bytes: number
  sha256: string
}

/** Everything that is ever offered, in the order of lists: nothing else in a folder can be asked for. */
export const BUILD_NAMES = [
  'lumen-linux-x64',
  'lumen-linux-arm64',
  'lumen-linux-x64-musl',
  'lumen-linux-arm64-musl',
  'lumen-darwin-x64',
  'lumen-darwin-arm64',
  'lumen-windows-x64.exe',
  'lumen-agent.js',
  'lumen-agent-explain.js',
] as const

/** The builds a hub offers. Digests are computed when first asked for and again when a file changed. */
export class Builds {
  readonly #source: DownloadSource
  readonly #digests = new Map<string, { stamp: string; sha256: Promise<string> }>()

  constructor(source: DownloadSource) {
    this.#source = source
  }

  async find(name: string): Promise<Build | undefined> {
    if (!(BUILD_NAMES as readonly string[]).includes(name)) return undefined
    const { folders, self } = this.#source
    const paths = folders.map((folder) => join(folder, name))
    if (self?.name === name) paths.push(self.path)
    for (const path of paths) {
      const found = statSync(path, { throwIfNoEntry: false })
      if (found?.isFile() !== true) continue
      const sha256 = await this.#digest(path, `${found.size} ${found.mtimeMs} ${found.ino}`)
      return { name, path, bytes: found.size, sha256 }
    }
    return undefined
  }

  async list(): Promise<Build[]> {
    const builds: Build[] = []
    for (const name of BUILD_NAMES) {
      const build = await this.find(name)
      if (build !== undefined) builds.push(build)
    }
    return builds
  }

  /** The digests of all builds as sha256sum(1) writes them. One digest of this text vouches for every build. */
  async sums(): Promise<string> {
    return (await this.list()).map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')
  }

  #digest(path: string, stamp: string): Promise<string> {
    const known = this.#digests.get(path)
    if (known?.stamp === stamp) return known.sha256
    const sha256 = digestOf(path)
    this.#digests.set(path, { stamp, sha256 })
    sha256.catch(() => this.#digests.delete(path))
    return sha256
  }
}

/** Piece by piece, so that a hundred megabytes neither fill memory nor hold up pushes. */
async function digestOf(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256')
  for await (const bytes of Bun.file(path).stream()) hasher.update(bytes)
  return hasher.digest('hex')
}
