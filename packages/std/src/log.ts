import { writeSync } from 'node:fs'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Record<string, string | number | boolean | null | undefined>

/** One line an event. Never pass a secret: fields are printed as they are. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

const ORDER: LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Logs to stderr as `2026-01-02T03:04:05.678Z warn message key=value`; stdout stays for answers. */
export function stderrLog(least: LogLevel = 'info', write: (line: string) => void = writeStderr): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (ORDER.indexOf(level) < ORDER.indexOf(least)) return
      const tail = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => ` ${key}=${printable(value)}`)
        .join('')
      write(`${new Date().toISOString()} ${level} ${message.replaceAll('\n', ' ')}${tail}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Past `process.stderr`, which brings 2 MB of stream code into an agent's memory. */
function writeStderr(line: string): void {
  try {
    writeSync(2, line)
  } catch {
    // Nobody reads the log any more (EPIPE) or fast enough (EAGAIN): that must not stop what is logged about.
  }
}

function printable(value: string | number | boolean | null | undefined): string {
  const text = String(value)
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text
}

/** Swallows everything; for tests and pure tools. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
