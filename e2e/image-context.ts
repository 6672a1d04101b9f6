import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { executableName } from '@lumen/lumen/platform'
import type { DockerEngine } from '@lumen/testkit/docker-engine'
import { runCommand } from '@lumen/testkit/run-command'
import { importTar } from '@lumen/testkit/tiny-rootfs'
import { buildExecutable, ownTarget } from '../tools/build-executable.ts'
import { ROOT } from '../tools/run.ts'

/** What the images are built from where no registry answers: the executable, and a base image `loader:1`. */
export interface ImageContext {
  folder: string
  /** Build arguments that name the executable and the base. */
  args: Readonly<Record<string, string>>
}

export async function imageContext(engine: DockerEngine, dir: string): Promise<ImageContext> {
  const folder = join(dir, 'context')
  const { path: lumen } = await buildExecutable(ownTarget(), join(folder, 'dist'))
  await cp(join(ROOT, 'deploy/docker'), join(folder, 'deploy/docker'), { recursive: true })
  await copyFile(join(ROOT, '.dockerignore'), join(folder, '.dockerignore'))
  await leaveOutCheckout(join(folder, 'deploy/docker/Dockerfile'))
  await importTar(await loaderRoot(lumen, join(dir, 'base')), [
    ...['docker', '-H', `unix://${engine.socket}`, 'import', '-', 'loader:1'],
  ])
  const executable = `dist/${executableName(ownTarget())}`
  return { folder, args: { BASE: 'loader:1', SOURCE: 'built', EXECUTABLE: executable } }
}

/** Debian's Docker has only the builder that makes every stage, also the one that is not asked for and wants npm. */
async function leaveOutCheckout(path: string): Promise<void> {
  const stages = (await readFile(path, 'utf8')).split(/^(?=FROM )/m)
  const kept = stages.filter((stage) => !/^FROM \S+ AS checkout$/m.test(stage))
  if (kept.length !== stages.length - 1) throw new Error(`${path} has no stage checkout`)
  await writeFile(path, kept.join(''))
}

/** A root folder with the loader and the libraries of this machine that the program names, and nothing else. */
async function loaderRoot(program: string, folder: string): Promise<string> {
  const paths = [...(await runCommand(['ldd', program])).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!)
  for (const path of paths) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await copyFile(path, join(folder, path))
  }
  return folder
}
