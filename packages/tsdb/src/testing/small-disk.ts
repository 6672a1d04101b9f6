import { test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ADVICE = 'to run it: Linux, root, leave to mount a tmpfs'

/** A filesystem of its own of `bytes`, null where this machine or user cannot have one. */
function smallDisk(bytes: number): (Disposable & { path: string }) | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const path = mkdtempSync(join(tmpdir(), 'lumen-disk-'))
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
  const remove = () => rmSync(path, { recursive: true, force: true })
  if (!mounted.success) {
    remove()
    return null
  }
  return {
    path,
    [Symbol.dispose]() {
      Bun.spawnSync(['umount', path])
      remove()
    },
  }
}

/** A test that gets the path of a filesystem of its own, a tmpfs of `bytes`. Where there can be none it is skipped;
 * under LUMEN_TEST_REQUIRE=1 it fails. */
export function testOnSmallDisk(
  name: string,
  bytes: number,
  body: (path: string) => Promise<void>,
  timeoutMs: number,
): void {
  if (!canMount() && process.env.LUMEN_TEST_REQUIRE !== '1') {
    process.stderr.write(`skipped: ${name} (${ADVICE})\n`)
    test.skip(`${name} (${ADVICE})`, () => undefined)
    return
  }
  test(
    name,
    async () => {
      using disk = smallDisk(bytes)
      if (disk === null)
        throw new Error(`LUMEN_TEST_REQUIRE=1 and this machine cannot run the test: ${ADVICE}`)
      await body(disk.path)
    },
    timeoutMs,
  )
}

function canMount(): boolean {
  using probe = smallDisk(64 * 1024)
  return probe !== null
}
