import { expect, test } from 'bun:test'
import { deliveryTitle } from './delivery-title.ts'

test('the mark of a title is left to the page, one without a mark is as it was', () => {
  expect(deliveryTitle({ title: '🔴 Critical: nas: Host is down; 1 over', level: 'critical' })).toBe(
    'Critical: nas: Host is down; 1 over',
  )
  expect(deliveryTitle({ title: 'Lumen says hello', level: null })).toBe('Lumen says hello')
})
