import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program for tests: a real script, which notes what it was given and then does what `body` says. */
export class FakeProgram implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'lumen-program-'))
  readonly path: string

  /** @param body of a shell script; `$folder` is the program's own */
  constructor(name: string, body: string) {
    this.path = join(this.folder, name)
    this.become(body)
  }

  become(body: string): void {
    const own = `'${this.folder}'`
    writeFileSync(this.path, `#!/bin/sh\nfolder=${own}\necho "$*" >>"$folder/asked"\n${body}\n`)
    chmodSync(this.path, 0o755)
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  /** Arguments of each run, oldest first. */
  get asked(): string[] {
    const path = join(this.folder, 'asked')
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
