import { hubMetrics, type MetricsParts } from '../../telemetry/hub-metrics.ts'
import { prometheusText } from '../../telemetry/prometheus.ts'
import type { Networks } from '../networks.ts'
import type { AnyRoute, Router } from '../router.ts'

export const metricsRoute: AnyRoute = {
  method: 'GET',
  path: '/metrics',
  auth: 'session-or-key',
  summary: 'Prometheus text; addresses on the allow-list need neither session nor key',
}

/** @param allowed networks that may read without a session or a key */
export function mountMetricsRoute(router: Router, parts: MetricsParts & { allowed: Networks }): void {
  router.raw(metricsRoute, async (c, client) => {
    if (!parts.allowed.has(client.address)) router.requireReader(c.req.raw)
    return new Response(prometheusText(await hubMetrics(parts)), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  })
}
