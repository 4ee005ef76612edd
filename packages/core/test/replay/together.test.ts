import { describe, expect, test } from 'vitest'

import { api, createRefusingApi, expired, refusal, type RefusingApi } from '../refusing-api.ts'

const address = `${api}/api/x/`

/** Counts who looks into an answer: nobody reads one but through a clone. */
function counted(answer: () => Response): { answer: () => Response; looks: () => number } {
  let looks = 0
  const answerCounted = (): Response => {
    const response = answer()
    const clone = (): Response => {
      looks += 1
      return Response.prototype.clone.call(response)
    }
    return Object.defineProperty(response, 'clone', { value: clone })
  }
  return { answer: answerCounted, looks: () => looks }
}

const refusedFor = (code: string) => (): Response => Response.json({ errors: [{ code }] }, { status: 401 })

/** A 401 about the token that says so only when it is told to. */
function slowRefusal(): { answer: () => Response; tell: () => void } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const headers = { 'Content-Type': 'application/json' }
  return {
    answer: () => new Response(readable, { status: 401, headers }),
    tell() {
      void writer.write(new TextEncoder().encode(JSON.stringify(expired)))
      void writer.close()
    },
  }
}

const rejectedCodes = ({ events }: RefusingApi): unknown[] =>
  events.flatMap((event) => (event.type === 'request-rejected' ? [event.code] : []))

async function statusesOf(responses: Promise<Response>[]): Promise<number[]> {
  return (await Promise.all(responses)).map(({ status }) => status)
}

describe('safe requests refused together', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])(
    'need one look: what one 401 says of the token holds for every other %s that carried it',
    async (method) => {
      const { answer, looks } = counted(refusal)
      const one = createRefusingApi({}, [answer, answer, answer])
      const responses = [1, 2, 3].map(() => one.session.fetch(address, { method }))
      expect(await statusesOf(responses)).toEqual([200, 200, 200])
      expect([looks(), one.sent.length, one.tokenRequests()]).toEqual([1, 6, 2])
    },
  )

  test('are told as refused, with a code only where one was read', async () => {
    const one = createRefusingApi()
    await statusesOf([1, 2, 3].map(() => one.session.fetch(address)))
    expect(rejectedCodes(one)).toEqual(['expired_session_token', undefined, undefined])
  })

  test('are each looked into when the first was refused for something else', async () => {
    const other = refusedFor('missing_merchant_account')
    const one = createRefusingApi({}, [other, other, refusal])
    const responses = [1, 2, 3].map(() => one.session.fetch(address))
    expect(await statusesOf(responses)).toEqual([401, 401, 200])
    expect([one.sent.length, one.tokenRequests()]).toEqual([4, 2])
  })

  test('speak for their own token only: the next one’s 401 is looked into again', async () => {
    const answers = [refusal, () => new Response(), refusedFor('missing_merchant_account')]
    const one = createRefusingApi({}, answers)
    await expect(one.session.fetch(address)).resolves.toMatchObject({ status: 200 })
    await expect(one.session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect([one.sent.length, one.tokenRequests()]).toEqual([3, 2])
  })

  test('wait for a look that is under way, and any of them may be given up meanwhile', async () => {
    const slow = slowRefusal()
    const controller = new AbortController()
    const { clock, session, sent } = createRefusingApi({}, [slow.answer])
    const first = session.fetch(address)
    const second = session.fetch(address)
    const given = session.fetch(address, { signal: controller.signal })
    await clock.advance(100)
    expect(sent).toHaveLength(3)
    controller.abort(new Error('gone'))
    await expect(given).rejects.toThrow('gone')
    slow.tell()
    expect(await statusesOf([first, second])).toEqual([200, 200])
  })

  test('are told by a look that goes on when its own caller is gone', async () => {
    const slow = slowRefusal()
    const controller = new AbortController()
    const { clock, session } = createRefusingApi({}, [slow.answer])
    const first = session.fetch(address, { signal: controller.signal })
    const second = session.fetch(address)
    await clock.advance(100)
    controller.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    slow.tell()
    await expect(second).resolves.toMatchObject({ status: 200 })
  })

  test('wait at most the 2 s of that look', async () => {
    const { clock, session } = createRefusingApi({}, [slowRefusal().answer])
    const responses = [session.fetch(address), session.fetch(address)]
    await clock.advance(2000)
    expect(await statusesOf(responses)).toEqual([200, 200])
  })

  test('with a policy or an isTokenRejected of the page’s own are each shown to it', async () => {
    const codes: unknown[] = []
    const policy = createRefusingApi({ replay: ({ code }) => codes.push(code) > 0 })
    await statusesOf([1, 2].map(() => policy.session.fetch(address)))
    expect(codes).toEqual(['expired_session_token', 'expired_session_token'])
    let asked = 0
    const own = createRefusingApi({ isTokenRejected: () => (asked += 1) > 0 })
    await statusesOf([1, 2].map(() => own.session.fetch(address)))
    expect(asked).toBe(2)
  })
})

describe('an unsafe request refused beside others', () => {
  test.each(['invalid_pin', 'ebt_error_55', 'invalid_merchant_account'])(
    'is judged by its own body: %s is never sent again',
    async (code) => {
      const answer = ({ method }: { method: string }): Response =>
        method === 'POST' ? refusedFor(code)() : refusal()
      const one = createRefusingApi({}, [answer, answer, answer])
      const responses = [
        one.session.fetch(address),
        one.session.fetch(address, { method: 'POST', body: '{}' }),
        one.session.fetch(address),
      ]
      expect(await statusesOf(responses)).toEqual([200, 401, 200])
      expect(one.sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
    },
  )

  test('is replayed for its own sake, and spares safe ones the look', async () => {
    const { answer, looks } = counted(refusal)
    const one = createRefusingApi({}, [answer, answer, answer])
    const responses = ['POST', 'POST', 'GET'].map((method) => one.session.fetch(address, { method }))
    expect(await statusesOf(responses)).toEqual([200, 200, 200])
    expect(looks()).toBe(2)
    expect(rejectedCodes(one)).toEqual(['expired_session_token', 'expired_session_token', undefined])
  })
})
