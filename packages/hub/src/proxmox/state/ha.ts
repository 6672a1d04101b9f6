import type { haSchema } from '@lumen/protocol/http/proxmox/cluster'
import type { z } from 'zod'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'

export type Ha = z.infer<typeof haSchema>

/** Reads `/cluster/ha/status/current`: a row for the quorum, the manager, each node's own part and each resource. */
export function readHa(rows: Answer<typeof PVE.haStatus>): Ha {
  const master = rows.find(({ type }) => type === 'master')
  return {
    master: master === undefined ? null : { node: master.node ?? null, status: master.status ?? '' },
    resources: rows
      .filter(({ type }) => type === 'service')
      .map(({ id, sid, node, state, crm_state, request_state }) => {
        const name = sid ?? id.replace(/^service:/, '')
        const digits = /^(?:vm|ct):(\d+)$/.exec(name)?.[1]
        return {
          ...{ id: name, vmid: digits === undefined ? null : Number(digits), node: node ?? null },
          state: state ?? crm_state ?? null,
          requested_state: request_state ?? null,
        }
      }),
  }
}
