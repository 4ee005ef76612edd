import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'

import { errorSchemas } from '../src/http/error-envelopes.ts'
import { steps, type Step } from './fuzz/fuzzed-request.ts'
import { createWorld, type FuzzedAnswer, type World } from './fuzz/world.ts'
import { endpointOf, endpoints, expectDocumented } from './support/documented.ts'

/** The number of runs. The deep run raises it; a failing run is printed with its seed. */
const deepRuns = process.env['SCHEDULES']
const parameters = deepRuns === undefined ? { numRuns: 300, seed: 1 } : { numRuns: Number(deepRuns) }

/** The kinds of answers per endpoint, because a fuzzer that gets only errors proves little. */
const answers = new Map<string, Set<'success' | 'error'>>()

/** Takes one step and returns what is wrong with its answer. */
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
  // If a network declined, at the vault or for a server's capture, the emulator counts a wrong PIN or fails a payment.
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

test('no request causes a 5xx, every error has a described envelope, and a 4xx changes nothing', async () => {
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
