import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'

import { endpoints } from '../src/endpoints.ts'
import { errorSchemas } from '../src/http/error-envelopes.ts'
import { endpointOf, expectDocumented } from './documented.ts'
import { steps, type Step } from './fuzz/fuzzed-request.ts'
import { createWorld, type World } from './fuzz/world.ts'

/** How many runs. The deep one sets it; what a failing one was is printed with its seed. */
const deepRuns = process.env['SCHEDULES']
const parameters = deepRuns === undefined ? { numRuns: 300, seed: 1 } : { numRuns: Number(deepRuns) }

/** What was reached with which kind of answer: a fuzzer that never gets past the door proves little. */
const reached = new Map<string, Set<string>>()

async function take(world: World, step: Step): Promise<void> {
  if ('advanceMs' in step) return await world.emulator.control.advance(step.advanceMs)
  const changes = world.journal.changes()
  const { method, path, status, text } = await world.send(step.request)
  const answered = `${method} ${path} → ${status} ${text.slice(0, 500)}`
  note(method, path, status)
  expect(status, answered).toBeLessThan(500)
  expectDocumented(method, path, status, text)
  if (status < 400) return
  if (method !== 'HEAD') expect(envelopesOf(text), answered).toHaveLength(1)
  // The EBT network was asked and said no: that counts a wrong PIN, and fails a payment.
  if (envelopesOf(text)[0] === 'EbtError') return
  expect(world.journal.changes(), `${answered} changed the state`).toBe(changes)
}

function envelopesOf(text: string): string[] {
  const body = parse(text)
  return Object.keys(errorSchemas).filter((name) => v.is(errorSchemas[name] ?? v.never(), body))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function note(method: string, path: string, status: number): void {
  const endpoint = endpointOf(method, path)
  if (!endpoint) return
  const name = `${endpoint.method} ${endpoint.path}`
  reached.set(name, (reached.get(name) ?? new Set()).add(status < 300 ? 'success' : 'error'))
}

test('whatever is sent: no 5xx, an envelope that is described, and on a 4xx nothing changed', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const world = await createWorld()
      for (const step of taken) await take(world, step)
      // No key stays locked behind a request that was answered.
      expect(world.journal.changes()).toBeGreaterThan(0)
    }),
    parameters,
  )
  const all = endpoints.map(({ method, path }) => `${method} ${path}`)
  expect([...reached.keys()].toSorted()).toEqual(all.toSorted())
  expect(all.filter((name) => !reached.get(name)?.has('error'))).toEqual([])
}, 600_000)
