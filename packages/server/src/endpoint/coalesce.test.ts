import { expect, it } from 'vitest'

import { createCoalescer, type Coalescer } from './coalesce.ts'

interface Setup {
  coalescer: Coalescer<string>
  /** The number of runs. */
  runs: () => number
  request: (key?: string, fresh?: boolean) => Promise<string>
  pass: (ms: number) => void
  spoil: () => void
}

function setUp(work: (run: number) => Promise<string> = async (run) => `answer-${run}`): Setup {
  let [now, runs, isGood] = [0, 0, true]
  const coalescer = createCoalescer<string>({ keepMs: 1000, now: () => now, isGood: () => isGood })
  const run = (): Promise<string> => work((runs += 1))
  return {
    coalescer,
    runs: () => runs,
    request: (key = 'a', fresh = false) => coalescer.run(key, fresh, run),
    pass: (ms) => (now += ms),
    spoil: () => (isGood = false),
  }
}

it('a request joins the work in progress for its key, fresh or not', async () => {
  const { request, runs } = setUp()
  await Promise.all([request(), request(), request('a', true)])
  expect(runs()).toBe(1)
})

it('if requests must not await the work of others, each runs its own, and later requests get the answer', async () => {
  let runs = 0
  const coalescer = createCoalescer<number>({ keepMs: 1000, now: () => 0, isGood: () => true, joins: false })
  const hanging = coalescer.run('a', false, () => new Promise(() => {}))
  const run = async (): Promise<number> => (runs += 1)
  expect(await Promise.race([hanging, coalescer.run('a', false, run)])).toBe(1)
  expect(await coalescer.run('a', false, run)).toBe(1)
  expect(runs).toBe(1)
})

it('a request for another key does not join', async () => {
  const { request } = setUp()
  expect(await Promise.all([request('a'), request('b')])).toEqual(['answer-1', 'answer-2'])
})

it('an answer is returned again until its time is over', async () => {
  const { request, pass } = setUp()
  await request()
  pass(999)
  expect(await request()).toBe('answer-1')
  pass(1)
  expect(await request()).toBe('answer-2')
})

it('the time of an answer begins when it arrives', async () => {
  let give: (answer: string) => void = () => {}
  const { request, pass, runs } = setUp(() => new Promise((resolve) => (give = resolve)))
  const first = request()
  pass(5000)
  give('late')
  await first
  pass(999)
  expect(await request()).toBe('late')
  expect(runs()).toBe(1)
})

it('a fresh request gets a new answer, which replaces the kept one', async () => {
  const { request } = setUp()
  await request()
  expect(await request('a', true)).toBe('answer-2')
  expect(await request()).toBe('answer-2')
})

it('an answer that is no longer good is not returned again', async () => {
  const { request, spoil } = setUp()
  await request()
  spoil()
  expect(await request()).toBe('answer-2')
})

it('an answer is not returned again after the clock was set back, since its age is unknown', async () => {
  const { request, pass } = setUp()
  await request()
  pass(-1)
  expect(await request()).toBe('answer-2')
})

it('an answer from before the clock was set back is never returned again, even if later answers are kept', async () => {
  const { request, pass } = setUp()
  await request('a')
  pass(-1)
  await request('b')
  pass(1)
  expect(await request('a')).toBe('answer-3')
})

it('a failure is not kept', async () => {
  const { request } = setUp(async (run) => {
    if (run === 1) throw new Error('down')
    return `answer-${run}`
  })
  await expect(request()).rejects.toThrow('down')
  expect(await request()).toBe('answer-2')
})
