import { statSync } from 'node:fs'
import { join } from 'node:path'
import { MarkFinder } from './mark-finder.ts'

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
  /** What the build calls itself, from the mark `npm run build` puts into it; null without one. */
  version: string | null
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
  'lumen-agent-full.js',
] as const

/** The builds a hub offers. Digests are computed when first asked for and again when a file changed. */
export class Builds {
  readonly #source: DownloadSource
  readonly #contents = new Map<string, { stamp: string; content: Promise<Content> }>()

  constructor(source: DownloadSource) {
    this.#source = source
  }

  isName(name: string): boolean {
    return (BUILD_NAMES as readonly string[]).includes(name)
  }

  async find(name: string): Promise<Build | undefined> {
    if (!this.isName(name)) return undefined
    const { folders, self } = this.#source
    const paths = folders.map((folder) => join(folder, name))
    if (self?.name === name) paths.push(self.path)
    for (const path of paths) {
      const found = statSync(path, { throwIfNoEntry: false })
      if (found?.isFile() !== true) continue
      const content = await this.#read(path, `${found.size} ${found.mtimeMs} ${found.ino}`)
      return { name, path, bytes: found.size, ...content }
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

  #read(path: string, stamp: string): Promise<Content> {
    const known = this.#contents.get(path)
    if (known?.stamp === stamp) return known.content
    const content = readContent(path)
    this.#contents.set(path, { stamp, content })
    content.catch(() => this.#contents.delete(path))
    return content
  }
}

type Content = Pick<Build, 'sha256' | 'version'>

/** Piece by piece, so that a hundred megabytes neither fill memory nor hold up pushes. */
async function readContent(path: string): Promise<Content> {
  const hasher = new Bun.CryptoHasher('sha256')
  const mark = new MarkFinder()
  for await (const bytes of Bun.file(path).stream()) {
    hasher.update(bytes)
    mark.read(bytes)
  }
  return { sha256: hasher.digest('hex'), version: mark.version }
}
