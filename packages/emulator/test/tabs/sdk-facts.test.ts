import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { startEmulator } from '@forage-session/emulator/node'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import type { OpenedBrowser } from '../../conformance/browser/playwright-tab.ts'
import { isCertain, type Fact } from '../../conformance/fact.ts'
import { forageJsFacts } from '../../conformance/forage-js-facts.ts'
import { runFact, type FactResult } from '../../conformance/run-facts.ts'
import type { Switches } from '../../src/index.ts'
import { apiWithBrowser, launchForSdk, sdkEngines, sdkIn } from './sdk-browsers.ts'

const present = availableEngines()
const certain = forageJsFacts.filter(isCertain)

function factOf(id: string): Fact {
  const fact = forageJsFacts.find((each) => each.id === id)
  if (!fact) throw new Error(`There is no fact ${id}.`)
  return fact
}

test('every fact about Forage JS has a unique id, a source and a sentence', () => {
  expect(new Set(forageJsFacts.map(({ id }) => id)).size).toBe(forageJsFacts.length)
  for (const { id, source, what } of forageJsFacts) {
    expect(id).toMatch(/^7\.1\/\S/)
    expect(source).toMatch(/\S{6}/)
    expect(what).toMatch(/\.$/)
  }
})

describe.each(sdkEngines)('Forage JS in %s', (engine) => {
  const { isHere, api } = sdkIn(engine)

  test.skipIf(!isHere).each(forageJsFacts)('the emulator conforms to $id: $what', async (fact) => {
    const { status, note = '' } = await runFact(fact, api(), true)
    expect([status, note]).toEqual([isCertain(fact) ? 'pass' : 'inferred', note])
    expect(note).not.toMatch(/^not as guessed/)
  })
})

describe.skipIf(!present.has('chromium'))('another server', () => {
  let browser: OpenedBrowser
  beforeAll(async () => {
    browser = await launchForSdk('chromium')
  })
  afterAll(() => browser[Symbol.asyncDispose]())

  test.each<[id: string, switches: Partial<Switches>]>([
    ['7.1/enter', { enterKey: 'ignore' }],
    ['7.1/enter', { enterKey: 'submit' }],
    ['7.1/frame-focus', { frameFocus: 'none' }],
    ['7.1/frame-focus', { frameFocus: 'input' }],
    ['7.1/incomplete-number', { incompleteInput: 'silent' }],
    ['7.1/incomplete-number', { incompleteInput: 'error' }],
    ['7.1/incomplete-pin', { incompleteInput: 'silent' }],
    ['7.1/incomplete-pin', { incompleteInput: 'error' }],
    ['7.1/clear-event', { clearEvent: 'change' }],
    ['7.1/clear-event', { clearEvent: 'none' }],
    ['7.1/page-label', { labelClick: 'focus' }],
    ['7.1/page-label', { labelClick: 'ignore' }],
    ['7.1/sheet-placeholder', { placeholderName: 'placeholder' }],
    ['7.1/sheet-placeholder', { placeholderName: 'placeholderText' }],
  ])('the fact %s reports the switch value that the server behaves like: %o', async (id, switches) => {
    const running = await startEmulator({ port: 0, switches })
    onTestFinished(() => running.close())
    expect(await runFact(factOf(id), apiWithBrowser(running, browser), true)).toMatchObject({
      status: 'inferred',
      choice: switches,
    })
  })

  /** Runs a fact with a script whose instances are changed. */
  async function runWith(id: string, change: string): Promise<FactResult> {
    const running = await startEmulator({ port: 0 })
    const right = await (await fetch(`${running.url}/sdk/forage.js`)).text()
    const wrong = `${right};${changeFunctions};changeInstances((forage) => { ${change} })`
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(wrong)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.close()
      await running.close()
    })
    const { port } = server.address() as AddressInfo
    return await runFact(factOf(id), apiWithBrowser(running, browser, `http://127.0.0.1:${port}/`), true)
  }

  test('the changed script is right without a change', async () => {
    expect(await runWith('7.1/style', '')).toMatchObject({ status: 'pass' })
  })

  const changes: Record<string, string> = {
    '7.1/factory': `delete forage.deferPaymentCapture`,
    '7.1/ready: tokenize_card': `changeEvents(forage, () => ({}))`,
    '7.1/ready: collect_pin': `changeEvents(forage, (event) => ({ ...event, usecase: 'ebt_pin_check_balance' }))`,
    '7.1/change': `changeEvents(forage, ({ error }) => ({ empty: false, valid: error === null }))`,
    '7.1/wrong-number': `changeEvents(forage, (event) => ({ ...event, error: event.error && { message: 'Wrong' } }))`,
    '7.1/iframe': `changeElements(forage, (element) => {
      const { mount } = element
      element.mount = (id) => {
        mount(id)
        document.getElementById(id).append(document.createElement('input'))
      }
    })`,
    '7.1/clear': `changeElements(forage, (element) => { element.clear = () => {} })`,
    '7.1/destroy': `changeElements(forage, (element) => { element.destroy = () => {} })`,
    '7.1/style': `changeOptions(forage, () => ({}))`,
    '7.1/sheet': `changeSheet(forage, { fields: {} })`,
    '7.1/sheet-styles': `changeSheet(forage, { styles: {} })`,
    '7.1/sheet-error-styles': `changeSheet(forage, { errorStyles: {} })`,
    '7.1/tokenize': `changeResult(forage, 'tokenizeCard', ({ balance, ...rest }) => rest)`,
    '7.1/balance': `changeResult(forage, 'checkBalance', ({ ebt }) => ebt)`,
    '7.1/capture': `changeResult(forage, 'capturePayment', ({ receipt, ...rest }) => rest)`,
    '7.1/defer': `changeResult(forage, 'deferPaymentCapture', () => ({}))`,
    '7.1/error': `forage.capturePayment = () => Promise.reject({ code: 'resource_not_found' })`,
  }

  test('every documented fact about Forage JS has a script that breaks it', () => {
    expect(Object.keys(changes).toSorted()).toEqual(certain.map(({ id }) => id).toSorted())
  })

  test.each(Object.entries(changes))(
    'a script with another behavior fails the fact %s',
    async (id, change) => {
      expect(await runWith(id, change)).toMatchObject({ status: 'fail', note: expect.stringMatching(/\S/) })
    },
  )
})

/** The functions that change an instance of the SDK, for the page. */
const changeFunctions = `
  function changeInstances(change) {
    const make = window.Forage
    window.Forage = (config) => {
      const forage = make(config)
      change(forage)
      return forage
    }
  }
  function changeElements(forage, change) {
    const { create } = forage
    forage.create = (...args) => {
      const element = create(...args)
      change(element)
      return element
    }
  }
  function changeEvents(forage, change) {
    changeElements(forage, (element) => {
      const { on } = element
      element.on = (name, handler) => on(name, (event) => handler(change(event)))
    })
  }
  function changeOptions(forage, change) {
    const { create } = forage
    forage.create = (type, options) => create(type, change(options))
  }
  function changeSheet(forage, sheet) {
    changeOptions(forage, ({ paymentSheet }) => ({ paymentSheet: { ...paymentSheet, ...sheet } }))
  }
  function changeResult(forage, name, change) {
    const call = forage[name]
    forage[name] = async (...args) => change(await call(...args))
  }
`
