import { Refusal } from '../../refusal.ts'
import { hubMetrics, type MetricsParts } from '../../telemetry/hub-metrics.ts'
import { prometheusText } from '../../telemetry/prometheus.ts'
import type { Networks } from '../networks.ts'
import type { AnyRoute, Router } from '../router.ts'

export const metricsRoute: AnyRoute = {
  method: 'GET',
  path: '/metrics',
  auth: 'public',
  summary: 'Prometheus text, for addresses on the allow-list',
  problems: ['address_not_allowed'],
}

/** @param allowed networks of --metrics-allow; nobody else is answered */
export function mountMetricsRoute(router: Router, parts: MetricsParts & { allowed: Networks }): void {
  router.raw(metricsRoute, (_c, client) => {
    if (!parts.allowed.has(client.address)) {
      throw new Refusal(
        403,
        'address_not_allowed',
        'This address may not read the metrics: see --metrics-allow',
      )
    }
    return new Response(prometheusText(hubMetrics(parts)), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  })
}
