import { describe, expect, test } from 'vitest'

import { isCertain } from '../../conformance/fact.ts'
import { runFact } from '../../conformance/run-facts.ts'
import { factOf, tamperedApi, withField, withText, type Tampering } from './tampering.ts'

describe('a server that differs from the recordings', () => {
  /** Puts a character of plain base64 into the first segment's `sk`. */
  const withKey: Tampering['change'] = ({ text }) => ({
    body: text.replace(/(_)(eyJ[\w-]+=*)/, (_, separator: string, first: string) => {
      const payload = Buffer.from(first, 'base64url')
        .toString()
        .replace(/"sk": "../, '"sk": "+/')
      return separator + Buffer.from(payload).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
    }),
  })

  test.each<[string, string, RegExp, Tampering['change']]>([
    ['a first segment without padding', '3.3/padding', /session_token/, withText(/=+\./g, '.')],
    ['a padded signature', '3.3/padding', /session_token/, withText('"}', '="}')],
    ['a session key that is not url-safe', '3.3/session-key-url-safe', /session_token/, withKey],
    ['the vault’s path', '7.3/no-merchant', /capture/, withText('"/api/', '"/proxy/api/')],
    ['the number of the tenant', '7.2/tenant', /payment_methods/, withText('BaseTenant', '42')],
    ['the resource of the list', '7.3/unknown-refund', /refunds/, withText('"Refund"', '"Refunds"')],
    ['another status_code', '7.3/host-away', /balance/, withText('504', '400')],
    ['milliseconds', '7.2/success-date', /capture/, withText(/\d{3}Z"/g, 'Z"')],
    ['a number for a text', '7.2/capture', /capture/, withField('amount', 20)],
    ['no is_delivery', '7.2/capture', /capture/, withField('is_delivery', null)],
    ['a balance without an id', '7.2/capture', /capture/, withText(/"id":\d+,/g, '')],
    [
      'another ref_number',
      '7.3/capture',
      /capture/,
      withText(/"ref_number":"\w+"/g, '"ref_number":"0000000000"'),
    ],
    ['no fingerprint', '7.3/store-ebt', /payment_methods/, withText('"fingerprint":', '"hash":')],
    ['no created', '7.2/store-ebt', /payment_methods/, withText('"created":', '"added":')],
    ['no brand', '7.3/store-hsa', /payment_methods/, withText('"brand":', '"network":')],
    ['a year of text', '7.2/store-hsa', /payment_methods/, withText(/"exp_year":(\d+)/g, '"exp_year":"$1"')],
    [
      'a token of the card',
      '7.3/store-hsa-members',
      /payment_methods/,
      withText('"brand":', '"token":"","brand":'),
    ],
    ['a body for a collected PIN', '7.2/defer', /collect_pin/, () => ({ status: 200, body: {} })],
    [
      'a text for a status_code',
      '7.2/balance-wrong-pin',
      /balance/,
      withText('"status_code":400', '"status_code":"400"'),
    ],
  ])('a server that answers with %s fails the fact %s', async (_, id, path, change) => {
    expect(await runFact(factOf(id), tamperedApi().api, true)).toMatchObject({ status: 'pass' })
    const { api } = tamperedApi({ strikes: (request) => path.test(request.path), change })
    expect(await runFact(factOf(id), api, true)).toMatchObject({
      status: 'fail',
      note: expect.stringMatching(/\S/),
    })
  })

  test('a declined capture that is less than a payment is not as guessed, since the iOS SDK cannot decode it', async () => {
    const error = { message: 'Lost/stolen card', forage_code: 'ebt_error_43', status_code: 400 }
    const { api } = tamperedApi({
      strikes: ({ path }) => path.endsWith('/capture/'),
      change: ({ body }) => ({ body: { ref: (body as { ref: string }).ref, balance: null, error } }),
    })
    for (const id of ['7.2/declined-payment', '7.2/capture-wrong-pin'])
      expect(await runFact(factOf(id), api, true)).toMatchObject({ status: 'inferred', asGuessed: false })
    expect(await runFact(factOf('7.3/capture-too-much'), tamperedApi().api, true)).toMatchObject({
      asGuessed: true,
    })
  })
})

describe('session tokens like the recorded ones', () => {
  /** Writes base64url with its padding. */
  const padded = (bytes: Uint8Array): string => {
    const text = Buffer.from(bytes).toString('base64url')
    return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
  }

  /** Returns a token with as many digits, padding and bytes as a recorded one. Its `sk` has both url-safe characters. */
  function tokenLike(a: number, t: number, macBytes: number): string {
    const sk = padded(new Uint8Array(16).fill(0xfb).fill(0xff, 8))
    const payload = padded(new TextEncoder().encode(`{"a": ${a}, "sk": "${sk}", "t": ${t}}`))
    const rest = [Uint8Array.of(0x66, 0x7c, 0x84, 0x5c), new Uint8Array(macBytes)]
    return ['sandbox_' + payload, ...rest.map((part) => Buffer.from(part).toString('base64url'))].join('.')
  }

  test.each([
    ['June 2024, with == and 20 bytes', tokenLike(42_986, 47, 20), '=='],
    ['November 2024, without padding', tokenLike(4566, 31, 32), ''],
    ['March 2025, with == and one digit for the tenant', tokenLike(247, 1, 32), '=='],
    ['a payload of another length, with =', tokenLike(429_866, 47, 32), '='],
  ])('a token as of %s conforms', async (_, token, padding) => {
    expect(/^\w+?_[\w-]+(=*)\./.exec(token)?.[1]).toBe(padding)
    const { api } = tamperedApi({
      strikes: ({ path }) => path === '/api/session_token/',
      change: () => ({ body: { token } }),
    })
    const names = ['segments', 'payload', 'padding', 'session-key-url-safe', 'mac', 'tenant', 'session-key']
    for (const name of names) {
      const result = await runFact(factOf(`3.3/${name}`), api, true)
      expect([name, result.status, result.asGuessed ?? true]).toEqual([
        name,
        isCertain(factOf(`3.3/${name}`)) ? 'pass' : 'inferred',
        true,
      ])
    }
    expect(api.redact(`Refused ${token}, again ${token}`)).toBe('Refused [token], again [token]')
  })
})
