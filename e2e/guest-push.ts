import { expect } from 'bun:test'

/** One frame to the hub as of an agent inside the guest with a network card. */
export async function pushFromGuest(
  hubUrl: string,
  { token, mac, virt, seq }: { token: string; mac: string; virt: 'vm' | 'lxc'; seq: number },
): Promise<void> {
  const now = Date.now()
  const answer = await fetch(`${hubUrl}/api/agent/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({
      protocol: 1,
      agent: { version: '0.1.0', stream: 'ab'.repeat(16), boot: 'b1', sent_at: now },
      facts: { os: 'Debian 12', virt, macs: [mac.toLowerCase()] },
      frames: [{ seq, ts: now, interval_ms: 5_000, host: { cpu_pct: 4.5, mem_used_bytes: 4e8 } }],
    }),
  })
  expect(answer.status).toBe(200)
}
