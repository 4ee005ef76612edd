import { describe, expect, test } from 'vitest'

import { createMerchant } from '../../test/support/merchant.ts'
import { resolveSwitches } from '../switches.ts'
import { apiVersion, isSince } from './api-version.ts'

const path = '/api/payments/'

describe('API-Version', () => {
  test.each([
    ['default', 'default'],
    ['2023-05-15', '2023-05-15'],
    ['2025-08-04', '2025-08-04'],
    // Between two, before all, after all.
    ['2024-01-07', '2023-05-15'],
    ['2020-01-01', 'default'],
    ['2030-01-01', '2025-08-04'],
    // Sent by forage-android-sdk's sample app, and in no list of versions.
    ['2025-05-15', '2025-01-14'],
  ])('%s is spoken as %s: the nearest earlier one', (asked, spoken) => {
    expect(apiVersion(resolveSwitches(), path, asked)).toBe(spoken)
  })

  test.each([undefined, ''])('%j is the dashboard’s default, else the first release', (header) => {
    expect(apiVersion(resolveSwitches(), path, header)).toBe('default')
    const dashboard = resolveSwitches({ apiDefaultVersion: '2025-08-04' })
    expect(apiVersion(dashboard, path, header)).toBe('2025-08-04')
    expect(apiVersion(dashboard, path, 'default')).toBe('default')
    expect(apiVersion(dashboard, path, '2023-05-15')).toBe('2023-05-15')
  })

  test.each(['latest', '2024-1-8', '2024-02-30', '2024-13-01', '20240108', '2024-01-08T00:00:00Z', ' '])(
    'refuses %j, or takes it for the first release, as `malformedApiVersion` says',
    (asked) => {
      expect(() => apiVersion(resolveSwitches(), path, asked)).toThrow('invalid_input_data')
      const lenient = resolveSwitches({ malformedApiVersion: 'default', apiDefaultVersion: '2025-08-04' })
      expect(apiVersion(lenient, path, asked)).toBe('default')
    },
  )

  test('a later version includes an earlier one', () => {
    expect(isSince('2024-01-08', '2024-01-08')).toBe(true)
    expect(isSince('2024-02-15', '2024-01-08')).toBe(true)
    expect(isSince('2023-05-15', '2024-01-08')).toBe(false)
    expect(isSince('default', '2023-05-15')).toBe(false)
  })

  test('that is malformed changes nothing', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const answer = await merchant.postJson('/api/session_token/', token, {}, { 'API-Version': 'latest' })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_input_data' }] } })
    expect(merchant.emulator.control.counts().sessionTokens).toBe(0)
  })
})
