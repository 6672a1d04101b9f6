import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import { z } from 'zod'
import type { Admin } from './admin.ts'

/** One call of the admin commands, as it crosses the socket. */
export const adminCallSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('addHost'), name: z.string() }),
  z.object({ op: z.literal('listHosts') }),
  z.object({ op: z.literal('rotateHost'), name: z.string() }),
  z.object({ op: z.literal('removeHost'), name: z.string() }),
  z.object({ op: z.literal('addUser'), name: z.string(), password: z.string() }),
  z.object({ op: z.literal('listUsers') }),
  z.object({ op: z.literal('resetPassword'), name: z.string(), password: z.string() }),
  z.object({ op: z.literal('listProxmox') }),
  z.object({ op: z.literal('addProxmox'), input: z.record(z.string(), z.unknown()) }),
  z.object({ op: z.literal('removeProxmox'), name: z.string() }),
  z.object({ op: z.literal('listTroubles') }),
  z.object({ op: z.literal('testProxmox'), name: z.string() }),
])
export type AdminCall = z.infer<typeof adminCallSchema>
export type AdminReply = { ok: true; result: unknown } | { ok: false; code: string; message: string }

export function adminSocketPath(dataDir: string): string {
  return join(dataDir, 'admin.sock')
}

/** POST there holds the store's cold files for as long as the caller keeps the connection. */
export const HOLD_PATH = '/hold'
/** What the answer says, again and again, once it holds them. */
export const HELD = 'held\n'

/** Serves the admin commands on a socket in the data directory. Who may open it is the file system's to say: the
 * directory and the socket are its owner's alone. Call only while holding the directory's lock. */
export function serveAdminSocket(
  dataDir: string,
  admin: Admin,
  holdFiles: () => Promise<Disposable>,
): AsyncDisposable {
  const path = adminSocketPath(dataDir)
  rmSync(path, { force: true })
  const server = Bun.serve({
    unix: path,
    maxRequestBodySize: 64 * 1024,
    fetch: async (request) => {
      if (new URL(request.url).pathname === HOLD_PATH) return hold(holdFiles)
      return Response.json(await answer(admin, request))
    },
  })
  chmodSync(path, 0o600)
  return {
    [Symbol.asyncDispose]: async () => {
      await server.stop(true)
      rmSync(path, { force: true })
    },
  }
}

/** The server ends what is silent for ten seconds, and cannot be told otherwise on such a socket. */
const SIGN_OF_LIFE_MS = 3_000

/** Answers at once, for the job under way may take longer than that; `HELD` is said when the files are. */
function hold(holdFiles: () => Promise<Disposable>): Response {
  let held: Disposable | undefined
  let signs: Disposable | undefined
  let isOver = false
  return new Response(
    new ReadableStream<Uint8Array>({
      start(stream) {
        const sign = () => stream.enqueue(Buffer.from(held === undefined ? 'waiting\n' : HELD))
        sign()
        signs = every(SIGN_OF_LIFE_MS, sign)
        holdFiles().then(
          (files) => {
            if (isOver) return files[Symbol.dispose]()
            held = files
            sign()
          },
          (fault) => {
            signs?.[Symbol.dispose]()
            if (!isOver) stream.error(fault)
          },
        )
      },
      cancel() {
        isOver = true
        signs?.[Symbol.dispose]()
        held?.[Symbol.dispose]()
      },
    }),
  )
}

const UNKNOWN_CALL: AdminReply = {
  ok: false,
  code: 'admin_call_unknown',
  message:
    'The running hub does not know this command: it is of another version. Restart it with this program',
}

async function answer(admin: Admin, request: Request): Promise<AdminReply> {
  try {
    const call = adminCallSchema.safeParse(await request.json())
    if (!call.success) return UNKNOWN_CALL
    return { ok: true, result: (await perform(admin, call.data)) ?? null }
  } catch (fault) {
    return { ok: false, code: errorCode(fault) ?? 'fault', message: errorMessage(fault) }
  }
}

function perform(admin: Admin, call: AdminCall): Promise<unknown> {
  switch (call.op) {
    case 'addHost':
      return admin.addHost(call.name)
    case 'listHosts':
      return admin.listHosts()
    case 'rotateHost':
      return admin.rotateHost(call.name)
    case 'removeHost':
      return admin.removeHost(call.name)
    case 'addUser':
      return admin.addUser(call.name, call.password)
    case 'listUsers':
      return admin.listUsers()
    case 'resetPassword':
      return admin.resetPassword(call.name, call.password)
    case 'listProxmox':
      return admin.listProxmox()
    case 'addProxmox':
      return admin.addProxmox(call.input)
    case 'removeProxmox':
      return admin.removeProxmox(call.name)
    case 'listTroubles':
      return admin.listTroubles()
    case 'testProxmox':
      return admin.testProxmox(call.name)
  }
}
