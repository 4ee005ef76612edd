import axios, { type AxiosError } from 'axios'
import { GraphQLClient } from 'graphql-request'
import { createFetch } from 'ofetch'
import createClient from 'openapi-fetch'
import { describe, expect, test } from 'vitest'

import { api, createRefusingApi, refusal, type RefusingApi } from '../refusing-api.ts'

/** The paths as `openapi-typescript` writes them. */
interface Paths {
  '/api/payment_methods/': {
    post: {
      requestBody: { content: { 'application/json': { type: string } } }
      responses: {
        200: { content: { 'application/json': { ok: boolean } } }
        401: { content: { 'application/json': { path: string } } }
      }
    }
  }
}

interface Outcome {
  readonly status: number
  readonly data: unknown
}

type Post = (api: RefusingApi, signal?: AbortSignal) => Promise<Outcome>

const path = '/api/payment_methods/'
const headers = { 'Idempotency-Key': 'key-1' }

/** Clients that post `{"type":"ebt"}` through the session's fetch. */
const clients: [string, Post][] = [
  [
    'openapi-fetch',
    async ({ session }, signal) => {
      const client = createClient<Paths>({ baseUrl: api, fetch: session.fetch })
      const init = { body: { type: 'ebt' }, headers, ...(signal ? { signal } : {}) }
      const { data, error, response } = await client.POST(path, init)
      return { status: response.status, data: data ?? error }
    },
  ],
  [
    'ofetch',
    async ({ session }, signal) => {
      const client = createFetch({ fetch: session.fetch })
      let status = 0
      const data = await client<unknown>(api + path, {
        method: 'POST',
        body: { type: 'ebt' },
        headers,
        ignoreResponseError: true,
        onResponse: ({ response }) => void (status = response.status),
        ...(signal ? { signal } : {}),
      })
      return { status, data }
    },
  ],
  [
    'axios with its fetch adapter',
    async ({ session }, signal) => {
      const client = axios.create({
        baseURL: api,
        adapter: 'fetch',
        env: { fetch: session.fetch },
        validateStatus: () => true,
      })
      const { status, data } = await client.post<unknown>(
        path,
        { type: 'ebt' },
        { headers, ...(signal ? { signal } : {}) },
      )
      return { status, data }
    },
  ],
]

describe.each(clients)('%s over session.fetch', (client, post) => {
  test(`${client} posts again byte for byte after a 401, and gets the answer`, async () => {
    const world = createRefusingApi()
    await expect(post(world)).resolves.toEqual({ status: 200, data: { ok: true } })
    const sent = world.sent.map((one) => [
      one.method,
      one.url,
      one.body,
      one.headers.get('Authorization'),
      one.headers.get('Idempotency-Key'),
      one.headers.get('Content-Type'),
    ])
    const common = ['POST', api + path, '{"type":"ebt"}']
    expect(sent).toEqual([
      [...common, 'Bearer sandbox_token-1', 'key-1', 'application/json'],
      [...common, 'Bearer sandbox_token-2', 'key-1', 'application/json'],
    ])
  })

  test(`${client} gets the second 401 with its body, after two requests`, async () => {
    const world = createRefusingApi({}, [refusal, refusal])
    await expect(post(world)).resolves.toMatchObject({ status: 401, data: { path } })
    expect([world.sent.length, world.tokenRequests()]).toEqual([2, 2])
  })

  test(`ten requests of ${client} at the same time cost one more token request`, async () => {
    const world = createRefusingApi()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => post(world)))
    expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(world.tokenRequests()).toBe(2)
  })

  test(`if a call of ${client} is aborted during the token request, nothing more is sent`, async () => {
    const controller = new AbortController()
    const world = createRefusingApi({
      tokenSource: async ({ reason }) => {
        if (reason === 'first') return 'sandbox_token-1'
        controller.abort()
        return await new Promise<never>(() => {})
      },
    })
    await expect(post(world, controller.signal)).rejects.toThrow(/abort|cancel/i)
    expect(world.sent).toHaveLength(1)
  })
})

test('the axios error of a 401 contains no token', async () => {
  const { session } = createRefusingApi({}, [refusal, refusal])
  const client = axios.create({ baseURL: api, adapter: 'fetch', env: { fetch: session.fetch } })
  const error = (await client.get(path).catch((reason: unknown) => reason)) as AxiosError
  expect(error.response?.status).toBe(401)
  expect(JSON.stringify([error.toJSON(), error.config?.headers])).not.toContain('sandbox_token')
})

describe('graphql-request over session.fetch', () => {
  const document = 'mutation Pay($amount: String!) { pay(amount: $amount) { ok } }'
  const pay = ({ session }: RefusingApi): Promise<unknown> =>
    new GraphQLClient(`${api}/graphql/`, { fetch: session.fetch, headers }).request(document, {
      amount: '20.00',
    })
  const answer = (): Response => Response.json({ data: { pay: { ok: true } } })

  test('graphql-request posts again byte for byte after a 401, and gets the answer', async () => {
    const world = createRefusingApi({}, [refusal, answer])
    await expect(pay(world)).resolves.toEqual({ pay: { ok: true } })
    const [first, second] = world.sent
    expect(JSON.parse(first!.body)).toMatchObject({ query: document, variables: { amount: '20.00' } })
    expect(second!.body).toBe(first!.body)
    expect(world.tokens()).toEqual(['Bearer sandbox_token-1', 'Bearer sandbox_token-2'])
  })

  test('graphql-request throws at the second 401, after two requests, without a token in its error', async () => {
    const world = createRefusingApi({}, [refusal, refusal])
    const error: unknown = await pay(world).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ response: { status: 401 } })
    expect(JSON.stringify([error, String(error)])).not.toContain('sandbox_token')
    expect(world.sent).toHaveLength(2)
  })
})
