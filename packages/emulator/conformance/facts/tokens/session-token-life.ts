import type { Answer, Api } from '../../api.ts'
import { described, expectAnswer, listed } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, sessionTokenGuide } from '../../sources.ts'

const { documented, inferred, unknown } = factsOf('3.2')

const reference = docs('reference/create-session-token')
const path = '/api/session_token/'
const unknownCard = '/api/payment_methods/e1fff94f29/'
const MINUTE_MS = 60 * 1000

async function read(api: Api, token: string): Promise<Answer> {
  return await api.send('GET', unknownCard, { token })
}

export const sessionTokenLifeFacts: readonly Fact[] = [
  documented(
    'fifteen-minutes',
    sessionTokenGuide,
    'A session token lives 15 minutes, then gets 401 expired_session_token.',
    async (api) => {
      const token = await api.newSessionToken()
      await api.advance(15 * MINUTE_MS - 1000)
      expectAnswer(await read(api, token), { status: 404 })
      await api.advance(1000)
      expectAnswer(await read(api, token), {
        status: 401,
        body: listed('expired_session_token', 'This token has expired'),
      })
    },
    'control',
  ),
  documented(
    'not-extended',
    sessionTokenGuide,
    'Using a session token does not extend its life.',
    async (api) => {
      const token = await api.newSessionToken()
      for (let minute = 0; minute < 15; minute += 5) {
        expectAnswer(await read(api, token), { status: 404 })
        await api.advance(5 * MINUTE_MS)
      }
      expectAnswer(await read(api, token), { status: 401 })
    },
    'control',
  ),
  documented(
    'replay',
    sessionTokenGuide,
    'A new session token succeeds where an expired one was rejected.',
    async (api) => {
      const parent = await api.newAuthenticationToken()
      const token = await api.newSessionToken(parent)
      await api.advance(15 * MINUTE_MS)
      expectAnswer(await read(api, token), { status: 401 })
      expectAnswer(await read(api, await api.newSessionToken(parent)), { status: 404 })
    },
    'control',
  ),
  inferred(
    'within-its-parent',
    sessionTokenGuide,
    'A session token does not live longer than its authentication token.',
    async (api) => {
      const parent = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      await api.advance(24 * 60 * MINUTE_MS - 5 * MINUTE_MS)
      const token = await api.newSessionToken(parent)
      await api.advance(5 * MINUTE_MS)
      expectAnswer(await read(api, token), { status: 401 })
    },
    'control',
  ),
  documented(
    'parent-expires',
    reference,
    'An expired authentication token mints no session token: 401.',
    async (api) => {
      const parent = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      await api.advance(24 * 60 * MINUTE_MS)
      expectAnswer(await api.send('POST', path, { token: parent }), { status: 401 })
    },
    'control',
  ),
  unknown(
    'client-authentication-token',
    sessionTokenGuide,
    'It is undocumented whether a browser may use an authentication token.',
    async (api) => {
      const answer = await api.send('GET', unknownCard, {
        token: await api.authenticationToken(),
        headers: { Origin: 'https://shop.example' },
      })
      const isRefused = answer.status === 401 || answer.status === 403
      return {
        note: described(answer),
        choice: { clientAuthenticationTokens: isRefused ? 'reject' : 'accept' },
      }
    },
  ),
]
