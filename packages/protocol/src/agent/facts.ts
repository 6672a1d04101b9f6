import { z } from 'zod'

/** Where an agent found itself running. */
export const VIRT_KINDS = [
  'none',
  'vm',
  'lxc',
  'docker',
  'docker-in-lxc',
  'podman',
  'proxmox-node',
  'unknown',
] as const

const word = z.string().max(256)
/** More than there are collectors. */
const MAX_COLLECTOR_FAULTS = 64
const MAX_COLLECTOR_STATES = 64

/** What a machine is, sent at the start of a stream and when it changes. Unknown facts are left out. */
export const factsSchema = z.object({
  os: word.optional(),
  kernel: word.optional(),
  arch: word.optional(),
  cpu_model: word.optional(),
  cores: z.int().min(1).max(8192).optional(),
  mem_total_bytes: z.int().min(0).optional(),
  /** One of VIRT_KINDS, or a newer agent's word. */
  virt: word.optional(),
  hostname: word.optional(),
  ips: z.array(word).max(64).optional(),
  /** Of the interfaces those addresses are on, lower case with colons: how a hypervisor knows the machine. */
  macs: z.array(word).max(64).optional(),
  /** What the firmware calls the machine (SMBIOS), lower case; only root may read it. */
  machine_uuid: word.optional(),
  /** When the machine started, epoch ms. */
  boot_at: z.int().min(0).optional(),
  /** Collectors that are off or failing, by name, with the reason in words. */
  collector_faults: z
    .record(z.string().max(64), word)
    .refine((faults) => Object.keys(faults).length <= MAX_COLLECTOR_FAULTS, {
      message: `has more than ${MAX_COLLECTOR_FAULTS} members`,
    })
    .optional(),
  /** How collectors that can be switched off stand, by the names of COLLECTOR_SWITCHES: one of COLLECTOR_STATES. */
  collectors: z
    .record(z.string().max(64), z.string().max(64))
    .refine((states) => Object.keys(states).length <= MAX_COLLECTOR_STATES, {
      message: `has more than ${MAX_COLLECTOR_STATES} members`,
    })
    .optional(),
  /** Name of the build it may replace itself by, as `lumen-linux-x64`, where its owner lets it. */
  auto_update: z.string().max(64).optional(),
})
export type Facts = z.infer<typeof factsSchema>
