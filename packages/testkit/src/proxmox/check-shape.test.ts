import { expect, test } from 'bun:test'
import { findCall, PVE_CALLS, type Shape } from './api-shapes.ts'
import { checkParameters, checkShape } from './check-shape.ts'

const ROWS: Shape = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: 0,
    properties: {
      vmid: { type: 'integer', minimum: 100 },
      type: { type: 'string', enum: ['qemu', 'lxc'] },
      cpu: { type: 'number', optional: 1 },
      template: { type: 'boolean', optional: 1 },
      'net[n]': { type: 'string', optional: 1 },
    },
  },
}

test('rows of their shape pass, whole numbers also as strings and booleans as 0 and 1', () => {
  const rows = [
    { vmid: 100, type: 'qemu', cpu: 0.25, template: 0, net0: 'virtio', net12: 'e1000' },
    { vmid: '101', type: 'lxc', cpu: 1e-7 },
  ]
  expect(checkShape(ROWS, rows)).toEqual([])
})

test.each([
  [{ vmid: 100 }, 'data.0.type: is missing'],
  [{ vmid: 100.5, type: 'lxc' }, "data.0.vmid: type check ('integer') failed - got '100.5'"],
  [{ vmid: 99, type: 'lxc' }, 'data.0.vmid: value must have a minimum value of 100'],
  [
    { vmid: 100, type: 'openvz' },
    "data.0.type: value 'openvz' does not have a value in the enumeration 'qemu, lxc'",
  ],
  [{ vmid: 100, type: 'lxc', cpu: 'much' }, "data.0.cpu: type check ('number') failed - got 'much'"],
  [{ vmid: 100, type: 'lxc', cpu: Number.NaN }, "data.0.cpu: type check ('number') failed - got 'NaN'"],
  [{ vmid: 100, type: 'lxc', template: 2 }, "data.0.template: type check ('boolean') failed - got '2'"],
  [{ vmid: 100, type: 'lxc', colour: 'red' }, 'data.0.colour: is not in the schema'],
  [null, 'data.0: is no object'],
])('%j is refused', (row, fault) => {
  expect(checkShape(ROWS, [row])).toContain(fault)
})

test('an unknown, a missing and a wrong parameter are each named', () => {
  const { shape } = findCall(PVE_CALLS, '/nodes/pve1/rrddata')!
  expect(checkParameters(shape.parameters, { node: 'pve1', timeframe: 'day', cf: 'MAX' })).toEqual({})
  expect(checkParameters(shape.parameters, { node: 'no node', cf: 'MIN', ds: 'cpu' })).toEqual({
    node: 'invalid format - value does not look like pve-node',
    cf: "value 'MIN' does not have a value in the enumeration 'AVERAGE, MAX'",
    ds: 'property is not defined in schema and the schema does not allow additional properties',
    timeframe: 'property is missing and it is not optional',
  })
})

test('a path finds its call, a literal part before braces, and nothing else does', () => {
  const found = findCall(PVE_CALLS, '/nodes/pve1/qemu/101/agent/get-fsinfo')
  expect(found?.template).toBe('/nodes/{node}/qemu/{vmid}/agent/get-fsinfo')
  expect(found?.inPath).toEqual({ node: 'pve1', vmid: '101' })
  for (const path of [
    '/nodes/pve1/qemu/101',
    '/nodes//status',
    '/cluster',
    '/cluster/status/',
    '/nodes/pve1/execute',
  ])
    expect(findCall(PVE_CALLS, path)).toBeUndefined()
})
