import { createForageSession, type SessionEvent } from '@forage-session/core'
import { createVirtualClock } from '@forage-session/core/testing'
import { createEmulator, type Emulator, type EmulatorOptions } from '@forage-session/emulator'
import { expect, test } from 'vitest'

type TokenFormat = NonNullable<NonNullable<EmulatorOptions['switches']>['tokenFormat']>

const DAY_MS = 24 * 60 * 60 * 1000

/** Gets a session token as a backend does, and returns the event of the session that receives it. */
async function receiveToken(tokenFormat: TokenFormat, advanceMs = 0): Promise<SessionEvent | undefined> {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, switches: { tokenFormat } })
  const authenticationToken = await authenticate(emulator)
  await clock.advance(advanceMs)
  const events: SessionEvent[] = []
  const session = createForageSession({
    platform: { clock },
    share: 'off',
    tokenSource: async () => {
      const headers = { Authorization: `Bearer ${authenticationToken}`, 'Merchant-Account': '123ab45c67' }
      const { token } = await post(emulator, '/api/session_token/', { headers })
      return { token: String(token) }
    },
  })
  session.on((event) => events.push(event))
  await session.getToken()
  session.close()
  return events.find(({ type }) => type === 'token-received')
}

async function authenticate(emulator: Emulator): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = emulator
  const fields = { grant_type: 'client_credentials', scope: 'pinpad_only', expiration_time: '86400' }
  const body = new URLSearchParams({ client_id, client_secret, ...fields })
  return String((await post(emulator, '/o/token/', { body }))['access_token'])
}

async function post(emulator: Emulator, path: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await emulator.fetch(
    new Request(`http://emulator.localhost${path}`, { method: 'POST', ...init }),
  )
  return (await response.json()) as Record<string, unknown>
}

test.each(['jwt', 'jwt-without-iat', 'signed'] as const)(
  'a session accepts the emulated token (%s) as a session token that lives for 15 minutes',
  async (tokenFormat) => {
    expect(await receiveToken(tokenFormat)).toMatchObject({ lifetimeMs: 900_000 })
  },
)

test('a session reads from a JWT that the token ends with its authentication token', async () => {
  expect(await receiveToken('jwt', DAY_MS - 60_000)).toMatchObject({ lifetimeMs: 60_000 })
})

test('a session refuses the emulated authentication token', async () => {
  const token = await authenticate(createEmulator())
  const session = createForageSession({ share: 'off', tokenSource: () => Promise.resolve({ token }) })
  await expect(session.getToken()).rejects.toMatchObject({ code: 'token_wrong_kind' })
  session.close()
})
