import { describe, expect, test } from 'vitest'

import { ForageSessionError } from '../index.ts'
import { expectNoTokenLeak } from './expect-no-token-leak.ts'

const jwt = `sandbox_${btoa('{"alg":"none"}')}.${btoa('{"a":1,"exp":1767225600}').replaceAll('=', '')}.c2lnbmF0dXJl`
const token = 'sandbox_8sX0qPq4-a-secret-of-somebody'
const tokens = [token, jwt]

const search = (place: unknown) => () => expectNoTokenLeak({ tokens, place })

const hiding: [string, unknown][] = [
  ['a string', `the token is ${token}`],
  ['its first letters', 'Bearer 8sX0qPq4-a-s…'],
  ['its last letters', '…t-of-somebody'],
  ['the claims of a JWT', jwt.split('.')[1]],
  ['a URL', new URL(`https://shop.example/?q=${encodeURIComponent(token)}`)],
  ['Base64', btoa('8sX0qPq4-a-secret-of-somebody')],
  ['the message of an error', new Error(token)],
  ['the cause of an error of ours', new ForageSessionError('closed', 'Closed.', { cause: new Error(token) })],
  ['a property that is not enumerable', Object.defineProperty({}, 'hidden', { value: token })],
  ['the JSON of an object', { toJSON: () => ({ token }) }],
  ['a key', { [token]: true }],
  ['a symbol', { [Symbol('own')]: Symbol(token) }],
  ['the calls of a spy', [['warn', { event: { at: 1, detail: [token] } }]]],
  ['a map', new Map([['token', token]])],
  ['a set', new Set([{ token }])],
  [
    'the headers of a request',
    new Request('https://x.example', { headers: { Authorization: `Bearer ${token}` } }),
  ],
  ['the reason of a signal', AbortSignal.abort(new Error(token))],
]

describe('expectNoTokenLeak', () => {
  test.each(hiding)('a leak is found in %s', (_, place) => {
    expect(search(place)).toThrow(/^A token \(fingerprint [0-9a-f]{8}\) leaked into .*place/)
  })
})

test('the error of a leak names the place, and does not contain the token', () => {
  const events = [{ type: 'state' }, { type: 'failed', error: new Error('x', { cause: new Error(token) }) }]
  const error = (() => {
    try {
      expectNoTokenLeak({ tokens, events })
    } catch (thrown) {
      return thrown as Error
    }
  })()
  expect(error?.message).toMatch(/leaked into events\.1\.error\.cause\.(message|stack)/)
  expectNoTokenLeak({ tokens, error })
})

test('prefixes, fingerprints, JWT headers, cycles and throwing getters are not reported as leaks', () => {
  const cycle: Record<string, unknown> = { text: 'sandbox_ is a prefix', header: btoa('{"alg":"none"}') }
  cycle['self'] = cycle
  Object.defineProperty(cycle, 'broken', {
    enumerable: true,
    get() {
      throw new Error('no')
    },
  })
  expect(search([cycle, null, undefined, 7, () => token])).not.toThrow()
})

test('a search without tokens throws', () => {
  expect(() => expectNoTokenLeak({ tokens: [], place: token })).toThrow('needs the tokens')
})
