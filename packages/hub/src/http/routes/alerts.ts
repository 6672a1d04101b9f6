import {
  acknowledgeAlert,
  listActiveAlerts,
  listAlertHistory,
  unacknowledgeAlert,
} from '@lumen/protocol/http/alerts/alert'
import {
  changeRule,
  createRule,
  deleteRule,
  listRules,
  previewRule,
  type Rule,
} from '@lumen/protocol/http/alerts/rule'
import type { Clock } from '@lumen/std/clock'
import { readHistory } from '../../alerting/alert-history.ts'
import type { AlertRecord } from '../../alerting/alert-record.ts'
import { checkRule, type KnownToRules } from '../../alerting/check-rule.ts'
import type { AlertEngine } from '../../alerting/engine.ts'
import { countSubjects, type MatchParts, matchesOf } from '../../alerting/rule-matches.ts'
import type { RuleStore, StoredRule } from '../../alerting/rule-store.ts'
import { checkRoom } from '../../check-room.ts'
import type { ControlDb } from '../../control-db/control-db.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

export interface AlertRouteParts extends MatchParts {
  rules: RuleStore
  engine: AlertEngine
  db: ControlDb
  clock: Clock
  known: KnownToRules
}

const MOST_MATCHES = 500

export function mountAlertRoutes(router: Router, parts: AlertRouteParts): void {
  const { rules, engine, db, clock, known } = parts
  const wire = (rule: StoredRule): Rule => ({
    id: rule.id,
    spec: rule.spec,
    template: rule.template,
    created_at: rule.createdAt,
    changed_at: rule.changedAt,
    subjects: countSubjects(rule, parts),
    firing: countFiring(engine, rule.id),
    held: countHeld(engine, rule.id),
  })
  const ruleOf = (id: number): StoredRule => {
    const rule = rules.get(id)
    if (rule === undefined) throw new Refusal(404, 'rule_unknown', 'There is no alert rule with this id')
    return rule
  }
  const openAlert = async (id: number): Promise<AlertRecord> => {
    const record = engine.book.get(id)
    if (record?.state === 'firing') return record
    const [stored] = await db.query('SELECT id FROM alerts WHERE id = ?', id)
    if (record === undefined && stored === undefined) {
      throw new Refusal(404, 'alert_unknown', 'There is no alert with this id')
    }
    throw new Refusal(409, 'alert_over', 'The alert does not fire (any more)')
  }

  router.private(listRules, () => ({ rules: Array.from(rules.list(), wire) }))

  router.private(createRule, async ({ body }) => {
    checkRule(body, known)
    checkRoom('rule', rules.size)
    return { rule: wire(await rules.add(body)) }
  })

  router.private(changeRule, async ({ params, body }) => {
    ruleOf(params.id)
    checkRule(body, known)
    return { rule: wire((await rules.replace(params.id, body)) ?? ruleOf(params.id)) }
  })

  router.private(deleteRule, async ({ params }) => {
    await rules.remove(ruleOf(params.id).id)
    return undefined
  })

  router.private(previewRule, async ({ body }) => {
    checkRule(body, known)
    const matches = await matchesOf(body, parts)
    return { matches: matches.slice(0, MOST_MATCHES), total: matches.length }
  })

  router.private(listActiveAlerts, () => ({ alerts: engine.active(), time: clock.now() }))

  router.private(listAlertHistory, async ({ query }) => {
    const { alerts, next } = await readHistory(db, query)
    // What still fires is newer in memory than on the disk.
    const newest = alerts.map((alert) => {
      const record = engine.book.get(alert.id)
      return record === undefined ? alert : engine.view.of(record)
    })
    return { alerts: newest, next }
  })

  router.private(acknowledgeAlert, async ({ params, body, user }) => {
    const record = await openAlert(params.id)
    await engine.acknowledge(record, { by: user.name, comment: body.comment })
    return { alert: engine.view.of(record) }
  })

  router.private(unacknowledgeAlert, async ({ params }) => {
    const record = await openAlert(params.id)
    await engine.acknowledge(record, null)
    return { alert: engine.view.of(record) }
  })
}

function countHeld(engine: AlertEngine, ruleId: number): number {
  let count = 0
  for (const held of engine.fireLimit.held()) if (held.ruleId === ruleId) count += held.count
  return count
}

function countFiring(engine: AlertEngine, ruleId: number): number {
  let count = 0
  for (const record of engine.book.open()) {
    if (record.ruleId === ruleId && record.state === 'firing') count += 1
  }
  return count
}
