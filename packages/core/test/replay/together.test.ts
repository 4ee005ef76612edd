import { describe, expect, test } from 'vitest'

import { api, createRefusingApi, expired, refusal, type RefusingApi } from '../refusing-api.ts'

const address = `${api}/api/x/`

/** Counts how often the session reads an answer, which it does only through a clone. */
function countReads(answer: () => Response): { answer: () => Response; reads: () => number } {
  let reads = 0
  const countedAnswer = (): Response => {
    const response = answer()
    const clone = (): Response => {
      reads += 1
      return Response.prototype.clone.call(response)
    }
    return Object.defineProperty(response, 'clone', { value: clone })
  }
  return { answer: countedAnswer, reads: () => reads }
}

const refusedFor = (code: string) => (): Response => Response.json({ errors: [{ code }] }, { status: 401 })

/** Creates a 401 about the token whose body arrives only when the test completes it. */
function slowRefusal(): { answer: () => Response; complete: () => void } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const headers = { 'Content-Type': 'application/json' }
  return {
    answer: () => new Response(readable, { status: 401, headers }),
    complete() {
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

describe('safe requests rejected together', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])(
    'safe requests rejected together need one body read: one 401 about the token decides for every other %s that carried it',
    async (method) => {
      const { answer, reads } = countReads(refusal)
      const one = createRefusingApi({}, [answer, answer, answer])
      const responses = [1, 2, 3].map(() => one.session.fetch(address, { method }))
      expect(await statusesOf(responses)).toEqual([200, 200, 200])
      expect([reads(), one.sent.length, one.tokenRequests()]).toEqual([1, 6, 2])
    },
  )

  test('safe requests rejected together are reported, with a code only where a body was read', async () => {
    const one = createRefusingApi()
    await statusesOf([1, 2, 3].map(() => one.session.fetch(address)))
    expect(rejectedCodes(one)).toEqual(['expired_session_token', undefined, undefined])
  })

  test('safe requests rejected together are each read if the first was rejected for another reason', async () => {
    const other = refusedFor('missing_merchant_account')
    const one = createRefusingApi({}, [other, other, refusal])
    const responses = [1, 2, 3].map(() => one.session.fetch(address))
    expect(await statusesOf(responses)).toEqual([401, 401, 200])
    expect([one.sent.length, one.tokenRequests()]).toEqual([4, 2])
  })

  test('a 401 decides only for its own token, so a 401 of the next token is read again', async () => {
    const answers = [refusal, () => new Response(), refusedFor('missing_merchant_account')]
    const one = createRefusingApi({}, answers)
    await expect(one.session.fetch(address)).resolves.toMatchObject({ status: 200 })
    await expect(one.session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect([one.sent.length, one.tokenRequests()]).toEqual([3, 2])
  })

  test('safe requests wait for a body read in progress, and any of their callers may abort meanwhile', async () => {
    const slow = slowRefusal()
    const controller = new AbortController()
    const { clock, session, sent } = createRefusingApi({}, [slow.answer])
    const first = session.fetch(address)
    const second = session.fetch(address)
    const abandoned = session.fetch(address, { signal: controller.signal })
    await clock.advance(100)
    expect(sent).toHaveLength(3)
    controller.abort(new Error('gone'))
    await expect(abandoned).rejects.toThrow('gone')
    slow.complete()
    expect(await statusesOf([first, second])).toEqual([200, 200])
  })

  test('safe requests get the result of a body read that continues after its own caller aborted', async () => {
    const slow = slowRefusal()
    const controller = new AbortController()
    const { clock, session } = createRefusingApi({}, [slow.answer])
    const first = session.fetch(address, { signal: controller.signal })
    const second = session.fetch(address)
    await clock.advance(100)
    controller.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    slow.complete()
    await expect(second).resolves.toMatchObject({ status: 200 })
  })

  test('safe requests wait at most 2 s for the body read of another', async () => {
    const { clock, session } = createRefusingApi({}, [slowRefusal().answer])
    const responses = [session.fetch(address), session.fetch(address)]
    await clock.advance(2000)
    expect(await statusesOf(responses)).toEqual([200, 200])
  })

  test('a custom replay policy or isTokenRejected sees each rejected request', async () => {
    const codes: unknown[] = []
    const policy = createRefusingApi({ replay: ({ code }) => codes.push(code) > 0 })
    await statusesOf([1, 2].map(() => policy.session.fetch(address)))
    expect(codes).toEqual(['expired_session_token', 'expired_session_token'])
    let calls = 0
    const own = createRefusingApi({ isTokenRejected: () => (calls += 1) > 0 })
    await statusesOf([1, 2].map(() => own.session.fetch(address)))
    expect(calls).toBe(2)
  })
})

describe('an unsafe request rejected together with others', () => {
  test.each(['invalid_pin', 'ebt_error_55', 'invalid_merchant_account'])(
    'an unsafe request rejected together with others is judged by its own body: %s is never replayed',
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

  test('an unsafe request is judged by its own 401, and safe requests with the same token need not read theirs', async () => {
    const { answer, reads } = countReads(refusal)
    const one = createRefusingApi({}, [answer, answer, answer])
    const responses = ['POST', 'POST', 'GET'].map((method) => one.session.fetch(address, { method }))
    expect(await statusesOf(responses)).toEqual([200, 200, 200])
    expect(reads()).toBe(2)
    expect(rejectedCodes(one)).toEqual(['expired_session_token', 'expired_session_token', undefined])
  })
})
