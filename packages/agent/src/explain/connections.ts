import type { AgentConfig } from '../config.ts'
import { callForm, HELLO } from '../dbus/message.ts'
import { addressText, type DockerSetting, socketPlaces } from '../engine/address.ts'
import { CALL_FORMS } from '../engine/call.ts'
import { pushUrl } from '../push/http-push.ts'
import { LIST_FAILED } from '../units/list-failed.ts'
import { busSocket } from '../units/units.ts'
import type { Connection } from './explanation.ts'

/** Whom the agent talks to: its hub, and on this machine, where they are allowed, container engines and systemd. */
export function connections(
  config: Pick<AgentConfig, 'rootfs' | 'docker' | 'permits' | 'caFile' | 'pins'> & {
    updates?: { build: string } | undefined
  },
  hubUrl: string | undefined,
): Connection[] {
  const hub: Connection[] =
    hubUrl === undefined
      ? []
      : [
          {
            to: [pushUrl(hubUrl).href],
            if_present: false,
            why: `frames, facts and events go there with the token; redirects are not followed; ${trustOf(config, hubUrl)}`,
            calls: ['POST'],
          },
        ]
  const { updates } = config
  if (hubUrl !== undefined && updates !== undefined) {
    hub.push({
      to: [`${hubUrl}/download/${updates.build}`],
      if_present: false,
      why: `newer builds of this agent, when the hub offers one; without the token; ${trustOf(config, hubUrl)}`,
      calls: ['GET'],
    })
  }
  return [...hub, ...enginesOf(config.docker ?? 'off', config.rootfs), ...busOf(config)]
}

function trustOf({ caFile, pins }: Pick<AgentConfig, 'caFile' | 'pins'>, hubUrl: string): string {
  if (!hubUrl.startsWith('https:')) return 'over plain HTTP: whoever is on the way can read all of it'
  if (pins !== undefined) return `only to a certificate with SHA-256 ${pins.join(' or ')}`
  return `only to a certificate of ${caFile === undefined ? 'the system’s authorities' : caFile}`
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

function busOf({ permits, rootfs }: Pick<AgentConfig, 'permits' | 'rootfs'>): Connection[] {
  if (permits?.units === false) return []
  return [
    {
      to: [busSocket({ rootfs })],
      if_present: true,
      why: 'which units of systemd are failed',
      calls: [callForm(HELLO), callForm(LIST_FAILED)],
    },
  ]
}
