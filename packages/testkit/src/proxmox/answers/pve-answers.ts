import type { Answer } from './asked.ts'
import { clusterStatus, nodeList, resources, version } from './cluster.ts'
import { metricsExport } from './metrics-export.ts'
import { certificateInfo, nodeStatus, permissions } from './node.ts'

/** What answers each call, by template. */
export const PVE_ANSWERS: Readonly<Record<string, Answer>> = {
  '/version': version,
  '/access/permissions': permissions,
  '/cluster/status': clusterStatus,
  '/cluster/resources': resources,
  '/cluster/metrics/export': metricsExport,
  '/nodes': nodeList,
  '/nodes/{node}/status': nodeStatus,
  '/nodes/{node}/certificates/info': certificateInfo,
}
