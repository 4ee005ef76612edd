import type { Answer, Api } from '../../api.ts'
import { Mismatch } from '../../check-errors.ts'
import { expectAnswer } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, upstream } from '../../sources.ts'

const { documented, inferred } = factsOf('5.7')

const reference = docs('reference/request-limits')
const WINDOW_MS = 5 * 60 * 1000
const MAX_REQUESTS = 900

/** Sends as many requests as the limit allows, then returns the answer to one more. */
async function exhaust(api: Api): Promise<Answer> {
  await api.advance(WINDOW_MS)
  const token = await api.sessionToken()
  const read = (): Promise<Answer> => api.send('GET', '/api/payment_methods/e1fff94f29/', { token })
  // The request for the session token counts as the first.
  for (let count = 1; count < MAX_REQUESTS; count += 1) {
    const { status } = await read()
    if (status === 429) throw new Mismatch(`request ${count + 1} got a 429`)
  }
  return await read()
}

export const limitFacts: readonly Fact[] = [
  documented(
    'too-many',
    reference,
    'The 901st request within 5 minutes is 429 too_many_requests, until the 5 minutes are over.',
    async (api) => {
      expectAnswer(await exhaust(api), {
        status: 429,
        body: {
          errors: [{ code: 'too_many_requests', message: 'Request was throttled, please try again later.' }],
        },
      })
      await api.advance(WINDOW_MS)
      const token = await api.sessionToken()
      expectAnswer(await api.send('GET', '/api/payment_methods/e1fff94f29/', { token }), { status: 404 })
    },
    'control',
  ),
  inferred(
    'retry-after',
    upstream.django,
    'A 429 has a Retry-After header.',
    async (api) => {
      const answer = await exhaust(api)
      await api.advance(WINDOW_MS)
      const retryAfter = answer.headers.get('retry-after')
      if (retryAfter === null)
        return { note: 'not as guessed: there is no Retry-After', choice: { retryAfter: 'omit' } }
      if (!/^\d+$/.test(retryAfter) || Number(retryAfter) > WINDOW_MS / 1000)
        throw new Mismatch(`Retry-After is ${retryAfter}`)
      return { note: `as guessed: ${retryAfter} s`, choice: { retryAfter: 'send' } }
    },
    'control',
  ),
]
