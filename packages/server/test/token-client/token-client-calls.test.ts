import { describe, expect, it } from 'vitest'

import { createOAuthTokenClient, type OAuthTokenClientOptions } from '../../src/oauth.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { clientId, clientSecret } from './refresh-upstream.ts'
import { createTokenClients } from './token-client-fixture.ts'

const minute = 60_000

const path = '/api/v1/payment-links/1'

describe('a client', () => {
  it('fetch of the OAuth token client rejects for other origins than the API', async () => {
    const { client, upstream } = createTokenClients()
    for (const url of ['https://evil.example/', '//evil.example/x', 'http://core-dev.quidkey.com/'])
      await expect(client.fetch(url)).rejects.toThrow(TypeError)
    expect(upstream.requests).toHaveLength(0)
  })

  it('fetch returns the 401 if the body cannot be sent twice, and replaces the token for the next call', async () => {
    const { client, upstream } = createTokenClients()
    const first = await client.getToken()
    upstream.refuseAccessTokens()
    const init = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit
    expect((await client.fetch(path, init)).status).toBe(401)
    await settle()
    expect(await client.getToken()).not.toBe(first)
    expect(upstream.count('api')).toBe(1)
  })

  it('an abort rejects its caller only', async () => {
    const { client, upstream } = createTokenClients()
    const controller = new AbortController()
    const aborted = client.getToken({ signal: controller.signal })
    const other = client.getToken()
    controller.abort(new Error('left'))
    await expect(aborted).rejects.toThrow('left')
    expect(upstream.isAccepted(await other)).toBe(true)
    expect(upstream.requests).toHaveLength(1)
  })

  it('calls after close reject, and no token is revoked', async () => {
    const { client, upstream } = createTokenClients()
    await client.getToken()
    await client.close()
    await expect(client.getToken()).rejects.toMatchObject({ code: 'closed' })
    await expect(client.fetch(path)).rejects.toMatchObject({ code: 'closed' })
    expect(upstream.requests).toHaveLength(1)
  })

  it('no timer is pending after getToken', async () => {
    const { client, clock } = createTokenClients()
    await client.getToken()
    expect(clock.pending()).toBe(0)
  })

  it('events, errors, the status and the client object contain no secret and no token', async () => {
    const { client, upstream, events, clock, pass } = createTokenClients({ rotates: true })
    const shown: unknown[] = [events]
    const talkative = async (request: Request): Promise<Response> => {
      throw Object.assign(new Error(await request.text()), { headers: request.headers.get('authorization') })
    }
    const echo = async (request: Request): Promise<Response> =>
      Response.json({ success: false, error: { code: await request.text(), message: 'x' } }, { status: 400 })
    for (const answer of [talkative, echo]) {
      upstream.answerNext('client_credentials', answer, answer)
      for (let i = 0; i < 3; i++) {
        shown.push(
          await client.getToken().then(
            () => 'ok',
            (error: unknown) => error,
          ),
        )
        await clock.advance(10 * minute)
      }
      upstream.answerNext('refresh_token', answer)
      upstream.answerNext('api', answer)
      shown.push(
        await pass(14.5 * minute).then(
          () => 'ok',
          (error: unknown) => error,
        ),
      )
      shown.push(
        await client.fetch(path).then(
          () => 'ok',
          (error: unknown) => error,
        ),
      )
      shown.push(client.status())
    }
    const util: string = 'node:util'
    const { inspect } = (await import(util)) as {
      inspect: (value: unknown, options: object) => string
    }
    const text = [...shown, client]
      .map((value) => inspect(value, { depth: Infinity, showHidden: true }))
      .join('\n')
    expect(text).toContain('token-refresh-failed')
    expect(upstream.issued.length).toBeGreaterThan(4)
    for (const secret of [clientSecret, ...upstream.issued]) expect(text).not.toContain(secret)
  })
})

describe('options', () => {
  const good = { dialect: 'quidkey', environment: 'sandbox', credentials: { clientId, clientSecret } }
  it.each([
    [undefined, 'createOAuthTokenClient takes'],
    [{ ...good, dialect: 'oauth1' }, 'dialect'],
    [{ ...good, environment: 'staging' }, 'environment'],
    [{ ...good, environment: { apiUrl: 'http://shop.example' } }, 'environment.apiUrl'],
    [{ ...good, environment: { apiUrl: 'https://a.example', refreshPath: 'x' } }, 'environment.refreshPath'],
    [{ ...good, dialect: 'rfc6749' }, 'environment'],
    [{ ...good, dialect: 'rfc6749', environment: { apiUrl: 'https://a.example' } }, 'environment.tokenPath'],
    [
      {
        ...good,
        dialect: 'rfc6749',
        environment: { apiUrl: 'https://a.example', tokenPath: '/t', authUrl: 'x' },
      },
      'environment.authUrl',
    ],
    [
      {
        ...good,
        dialect: 'rfc6749',
        environment: { apiUrl: 'https://a.example', tokenPath: '/t' },
        scope: '',
      },
      'scope',
    ],
    [{ ...good, credentials: { clientId } }, 'credentials.clientSecret'],
    [{ ...good, name: 'a b' }, 'name'],
    [{ ...good, refreshLifetimeSeconds: 1.5 }, 'refreshLifetimeSeconds'],
    [{ ...good, store: {} }, 'store'],
  ])('createOAuthTokenClient throws for invalid options (%#)', (options, named) => {
    const create = (): unknown => createOAuthTokenClient(options as unknown as OAuthTokenClientOptions)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(named)
    expect(create).not.toThrow(clientSecret)
  })
})
