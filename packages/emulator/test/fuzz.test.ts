import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'

import { endpoints } from '../src/endpoints.ts'
import { errorSchemas } from '../src/http/error-envelopes.ts'
import { steps, type Step } from './fuzz/fuzzed-request.ts'
import { createWorld, type FuzzedAnswer, type World } from './fuzz/world.ts'
import { endpointOf, expectDocumented } from './support/documented.ts'

/** How many runs. The deep one sets it; what a failing one was is printed with its seed. */
const deepRuns = process.env['SCHEDULES']
const parameters = deepRuns === undefined ? { numRuns: 300, seed: 1 } : { numRuns: Number(deepRuns) }

/** How each endpoint answered: a fuzzer that never gets past the door proves little. */
const answers = new Map<string, Set<'success' | 'error'>>()

/** Does one thing, and says what is wrong with what came of it. */
async function take({ emulator, journal, send }: World, step: Step): Promise<string[]> {
  if ('advanceMs' in step) {
    await emulator.control.advance(step.advanceMs)
    return []
  }
  const changes = journal.changes()
  const answer = await send(step.request)
  note(answer)
  const { method, path, status, text } = answer
  expectDocumented(method, path, status, text)
  const wrong = wrongOf(answer, journal.changes() !== changes)
  return wrong.map((what) => `${method} ${path} → ${status} ${text.slice(0, 500)}: ${what}`)
}

function wrongOf({ method, status, text }: FuzzedAnswer, changed: boolean): string[] {
  if (status >= 500) return ['a 5xx']
  if (status < 400) return []
  const envelopes = method === 'HEAD' ? ['None'] : envelopesOf(text)
  // A network was asked and said no, to the vault or to a server's capture: that counts a wrong PIN, fails a payment.
  const mayChange = /"(?:forage_)?code":"(?:ebt_error_\d+|card_declined)"/.test(text)
  return [
    ...(envelopes.length === 1 ? [] : [`of the envelopes ${envelopes.join(', ') || 'none'}`]),
    ...(changed && !mayChange ? ['the state changed'] : []),
  ]
}

function envelopesOf(text: string): string[] {
  const body = parse(text)
  return Object.entries(errorSchemas).flatMap(([name, schema]) => (v.is(schema, body) ? [name] : []))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function note({ method, path, status }: FuzzedAnswer): void {
  const endpoint = endpointOf(method, path)
  if (!endpoint) return
  const name = `${endpoint.method} ${endpoint.path}`
  answers.set(name, (answers.get(name) ?? new Set()).add(status < 300 ? 'success' : 'error'))
}

test('whatever is sent: no 5xx, an envelope that is described, and on a 4xx nothing changed', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const world = await createWorld()
      for (const step of taken) expect(await take(world, step)).toEqual([])
    }),
    parameters,
  )
  const all = endpoints.map(({ method, path }) => `${method} ${path}`)
  expect([...answers.keys()].toSorted()).toEqual(all.toSorted())
  const opened = all.filter((name) => answers.get(name)?.has('success'))
  expect(opened.length).toBeGreaterThan(all.length / 2)
}, 3_600_000)
