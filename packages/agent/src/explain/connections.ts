import type { AgentConfig } from '../config.ts'
import { addressText, type DockerSetting, socketPlaces } from '../engine/address.ts'
import { CALL_FORMS } from '../engine/call.ts'
import { pushUrl } from '../push/http-push.ts'
import type { Connection } from './explanation.ts'

/** Whom the agent talks to: its hub, and container engines on this machine where they are allowed. */
export function connections(
  config: Pick<AgentConfig, 'rootfs' | 'docker'>,
  hubUrl: string | undefined,
): Connection[] {
  const hub: Connection[] =
    hubUrl === undefined
      ? []
      : [
          {
            to: [pushUrl(hubUrl).href],
            if_present: false,
            why: 'frames, facts and events go there with the token; redirects are not followed',
            calls: ['POST'],
          },
        ]
  return [...hub, ...enginesOf(config.docker ?? 'off', config.rootfs)]
}

function enginesOf(setting: DockerSetting, rootfs: string): Connection[] {
  if (setting === 'off') return []
  return [
    {
      to: setting === 'auto' ? socketPlaces(rootfs) : [addressText(setting)],
      if_present: setting === 'auto',
      why: 'names, images and states of containers',
      calls: CALL_FORMS,
    },
  ]
}
