import { describe, expect, test } from 'vitest'

import { createForageSession } from '../../src/index.ts'

const api = 'https://api.sandbox.joinforage.app'

/** Creates an API that rejects the first token and records each request as the engine writes it on the wire. */
function setUp() {
  const sent: { contentType: string | null; body: string }[] = []
  let tokens = 0
  const session = createForageSession({
    tokenSource: async () => `sandbox_token-${(tokens += 1)}`,
    environment: 'sandbox',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const contentType = request.headers.get('Content-Type')
      const isFirst = request.headers.get('Authorization') === 'Bearer sandbox_token-1'
      sent.push({ contentType, body: await request.text() })
      return new Response(null, { status: isFirst ? 401 : 200 })
    },
  })
  return { session, sent }
}

function fields(): FormData {
  const data = new FormData()
  data.set('item', 'milk')
  return data
}

function fileForm(): FormData {
  const data = fields()
  data.set('receipt', new File(['milk'], 'receipt.txt', { type: 'text/plain' }))
  return data
}

const bodies: [string, () => BodyInit][] = [
  ['a string', () => 'milk'],
  ['URLSearchParams', () => new URLSearchParams({ item: 'milk & eggs' })],
  ['an ArrayBuffer', () => new TextEncoder().encode('milk').buffer],
  ['a view', () => new TextEncoder().encode('--milk--').subarray(2, 6)],
  ['a Blob', () => new Blob(['milk'], { type: 'text/plain' })],
  ['FormData', fields],
]

/** Describes behavior that is the same in every engine; runs in Node.js and in the browsers. */
export function describeBodies(): void {
  describe('a body', () => {
    test.each(bodies)('a body (%s) is sent again byte for byte', async (_, body) => {
      const { session, sent } = setUp()
      const response = await session.fetch(`${api}/api/x/`, { method: 'POST', body: body() })
      expect(response.status).toBe(200)
      expect(sent).toHaveLength(2)
      expect(sent[1]).toEqual(sent[0])
      expect(sent[0]!.body).toContain('milk')
    })

    test.each(bodies)(
      'the body (%s) of a Request is sent again byte for byte, and the Request is used up',
      async (_, body) => {
        const { session, sent } = setUp()
        const request = new Request(`${api}/api/x/`, { method: 'POST', body: body() })
        const response = await session.fetch(request)
        expect(response.status).toBe(200)
        expect(sent).toHaveLength(2)
        expect(sent[1]).toEqual(sent[0])
        expect(sent[0]!.body).toContain('milk')
        expect(request.bodyUsed).toBe(true)
      },
    )

    test('a form with a file is sent again', async () => {
      const sent: unknown[] = []
      let tokens = 0
      const session = createForageSession({
        tokenSource: async () => `sandbox_token-${(tokens += 1)}`,
        environment: 'sandbox',
        // The body is not read here, because WebKitGTK sends such a form but lets no script read it.
        fetch: async (_, init) => {
          sent.push(init?.body)
          return new Response(null, { status: sent.length === 1 ? 401 : 200 })
        },
      })
      const response = await session.fetch(`${api}/api/x/`, { method: 'POST', body: fileForm() })
      expect(response.status).toBe(200)
      expect(sent[1]).toBe(sent[0])
      expect(sent[0]).toBeTruthy()
    })

    test('a Request whose body was read before causes a TypeError, as with fetch', async () => {
      const { session, sent } = setUp()
      const request = new Request(`${api}/api/x/`, { method: 'POST', body: 'milk' })
      await request.text()
      await expect(session.fetch(request)).rejects.toThrow(TypeError)
      expect(sent).toEqual([])
    })

    test('a Request with an empty body is sent again', async () => {
      const { session, sent } = setUp()
      const response = await session.fetch(new Request(`${api}/api/x/`, { method: 'POST', body: '' }))
      expect(response.status).toBe(200)
      expect(sent.map(({ body }) => body)).toEqual(['', ''])
    })

    test('a Request without a body is sent again', async () => {
      const { session, sent } = setUp()
      const response = await session.fetch(new Request(`${api}/api/x/`, { headers: { 'X-Own': '1' } }))
      expect(response.status).toBe(200)
      expect(sent).toHaveLength(2)
    })
  })
}
