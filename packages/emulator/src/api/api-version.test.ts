import { describe, expect, test } from 'vitest'

import { createMerchant } from '../../test/support/merchant.ts'
import { resolveSwitches } from '../context/switch-values.ts'
import { isSince } from '../shared/api-versions.ts'
import { apiVersion } from './api-version.ts'

const path = '/api/payments/'

describe('API-Version', () => {
  test.each([
    ['default', 'default'],
    ['2023-05-15', '2023-05-15'],
    ['2025-08-04', '2025-08-04'],
    // A date between two versions, before all, and after all.
    ['2024-01-07', '2023-05-15'],
    ['2020-01-01', 'default'],
    ['2030-01-01', '2025-08-04'],
    // forage-android-sdk's sample app sends this date, which no list of versions has.
    ['2025-05-15', '2025-01-14'],
  ])('the API-Version %s means %s, the newest version up to that date', (requested, version) => {
    expect(apiVersion(resolveSwitches(), path, requested)).toBe(version)
  })

  test.each([undefined, ''])(
    '%j as API-Version means the dashboard’s default, or else the first release',
    (header) => {
      expect(apiVersion(resolveSwitches(), path, header)).toBe('default')
      const dashboard = resolveSwitches({ apiDefaultVersion: '2025-08-04' })
      expect(apiVersion(dashboard, path, header)).toBe('2025-08-04')
      expect(apiVersion(dashboard, path, 'default')).toBe('default')
      expect(apiVersion(dashboard, path, '2023-05-15')).toBe('2023-05-15')
    },
  )

  test.each(['latest', '2024-1-8', '2024-02-30', '2024-13-01', '20240108', '2024-01-08T00:00:00Z', ' '])(
    'the malformed API-Version %j is refused or means the first release, by the switch malformedApiVersion',
    (requested) => {
      expect(() => apiVersion(resolveSwitches(), path, requested)).toThrow('invalid_input_data')
      const lenient = resolveSwitches({ malformedApiVersion: 'default', apiDefaultVersion: '2025-08-04' })
      expect(apiVersion(lenient, path, requested)).toBe('default')
    },
  )

  test('a later API version includes the earlier ones', () => {
    expect(isSince('2024-01-08', '2024-01-08')).toBe(true)
    expect(isSince('2024-02-15', '2024-01-08')).toBe(true)
    expect(isSince('2023-05-15', '2024-01-08')).toBe(false)
    expect(isSince('default', '2023-05-15')).toBe(false)
  })

  test('a malformed API-Version gets 400 and changes nothing', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const answer = await merchant.postJson('/api/session_token/', token, {}, { 'API-Version': 'latest' })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_input_data' }] } })
    expect(merchant.emulator.control.counts().sessionTokens).toBe(0)
  })
})
