import { expect, it } from 'vitest'

import { createCoalescer, type Coalescer } from './coalesce.ts'

interface Setup {
  coalescer: Coalescer<string>
  /** How often it ran. */
  runs: () => number
  ask: (key?: string, fresh?: boolean) => Promise<string>
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
    ask: (key = 'a', fresh = false) => coalescer.run(key, fresh, run),
    pass: (ms) => (now += ms),
    spoil: () => (isGood = false),
  }
}

it('who asks while it is under way joins, fresh or not', async () => {
  const { ask, runs } = setUp()
  await Promise.all([ask(), ask(), ask('a', true)])
  expect(runs()).toBe(1)
})

it('where nobody may await what another began, each runs its own, and later ones get the answer', async () => {
  let runs = 0
  const coalescer = createCoalescer<number>({ keepMs: 1000, now: () => 0, isGood: () => true, joins: false })
  const hanging = coalescer.run('a', false, () => new Promise(() => {}))
  const run = async (): Promise<number> => (runs += 1)
  expect(await Promise.race([hanging, coalescer.run('a', false, run)])).toBe(1)
  expect(await coalescer.run('a', false, run)).toBe(1)
  expect(runs).toBe(1)
})

it('who asks for something else does not', async () => {
  const { ask } = setUp()
  expect(await Promise.all([ask('a'), ask('b')])).toEqual(['answer-1', 'answer-2'])
})

it('an answer is given again until its time is over', async () => {
  const { ask, pass } = setUp()
  await ask()
  pass(999)
  expect(await ask()).toBe('answer-1')
  pass(1)
  expect(await ask()).toBe('answer-2')
})

it('its time begins when it came', async () => {
  let give: (answer: string) => void = () => {}
  const { ask, pass, runs } = setUp(() => new Promise((resolve) => (give = resolve)))
  const first = ask()
  pass(5000)
  give('late')
  await first
  pass(999)
  expect(await ask()).toBe('late')
  expect(runs()).toBe(1)
})

it('not to who wants a fresh one, whose answer then takes its place', async () => {
  const { ask } = setUp()
  await ask()
  expect(await ask('a', true)).toBe('answer-2')
  expect(await ask()).toBe('answer-2')
})

it('nor once it is no longer good', async () => {
  const { ask, spoil } = setUp()
  await ask()
  spoil()
  expect(await ask()).toBe('answer-2')
})

it('nor after the clock was set back: how old it is nobody knows', async () => {
  const { ask, pass } = setUp()
  await ask()
  pass(-1)
  expect(await ask()).toBe('answer-2')
})

it('an answer that a clock set back has spoilt is gone for good, though others came later', async () => {
  const { ask, pass } = setUp()
  await ask('a')
  pass(-1)
  await ask('b')
  pass(1)
  expect(await ask('a')).toBe('answer-3')
})

it('a failure is not kept', async () => {
  const { ask } = setUp(async (run) => {
    if (run === 1) throw new Error('down')
    return `answer-${run}`
  })
  await expect(ask()).rejects.toThrow('down')
  expect(await ask()).toBe('answer-2')
})
