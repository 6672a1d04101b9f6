import { errorMessage, LumenError } from '@lumen/std/error'

/** Where the C library is: glibc, musl, macOS. */
const LIBRARIES = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1', 'libSystem.B.dylib']

/** Has the kernel end this process in so many seconds, whatever it is replaced by meanwhile (alarm(2): it survives
 * execve); 0: not any more. So a build that hangs does not depend on its own code to be ended.
 * @throws {LumenError} `alarm_unavailable` */
export async function alarm(seconds: number): Promise<void> {
  const { dlopen } = await import('bun:ffi')
  let fault: unknown
  for (const name of LIBRARIES) {
    try {
      dlopen(name, { alarm: { args: ['u32'], returns: 'u32' } }).symbols.alarm(seconds)
      return
    } catch (error) {
      fault = error
    }
  }
  throw new LumenError('alarm_unavailable', `Cannot set an alarm: ${errorMessage(fault)}`, { cause: fault })
}
