import { LumenError } from '@lumen/std/error'

/** Kernel text that does not look as its documentation says. Code `<source>_malformed`. */
export class ParseError extends LumenError {
  constructor(source: string, wanted: string) {
    super(`${source}_malformed`, `Cannot read ${source}: ${wanted}`)
  }
}
