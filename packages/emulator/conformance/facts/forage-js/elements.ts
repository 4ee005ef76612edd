import { expectValue } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, ios } from '../../sources.ts'
import { clear, expectSoon, lastEvent, onPage, texts, typeInto } from './on-page.ts'

const { documented, inferred, unknown } = factsOf('7.1')

const initialize = docs('reference/initialize-forage-js')
const events = docs('reference/events')
const lifecycle = docs('reference/ebt-elements')
const cardElement = docs('reference/store-an-ebt-card')

const isFunction = `(name) => typeof forage[name] === 'function'`

export const elementFacts: readonly Fact[] = [
  documented(
    'factory',
    initialize,
    'Forage(config) returns an object with create() and a function for each operation.',
    onPage(async (page) => {
      const names = ['create', 'tokenizeCard', 'checkBalance', 'capturePayment', 'deferPaymentCapture']
      const found = await page.evaluate(`return ${JSON.stringify(names)}.filter(${isFunction})`)
      expectValue(found, names, 'the functions')
    }),
  ),
  inferred(
    'config',
    initialize,
    'Forage(config) throws if merchantId, sessionToken or customerId is missing.',
    onPage(async (page) => {
      const threw = await page.evaluate(`
        const whole = { merchantId: 'mid/123ab45c67', sessionToken: 'sandbox_x', customerId: 'c' }
        return Object.keys(whole).filter((name) => {
          try { Forage({ ...whole, [name]: undefined }) } catch { return true }
        })
      `)
      expectValue(threw, ['merchantId', 'sessionToken', 'customerId'], 'the members without which it throws')
    }),
  ),
  ...(['tokenize_card', 'collect_pin'] as const).map((usecase) =>
    documented(
      `ready: ${usecase}`,
      events,
      'The event "ready" is { type, usecase, error: null }, with the type of the element as its usecase.',
      onPage(async (page) => {
        await page.create(usecase)
        expectValue(
          await page.events(),
          [{ name: 'ready', event: { type: 'ready', usecase, error: null } }],
          'the events',
        )
      }),
    ),
  ),
  documented(
    'change',
    events,
    'The event "change" is { type, usecase, error }, and error is null for a number that can be submitted.',
    onPage(async (page) => {
      await typeInto(page, 'tokenize_card', '9999420000000001')
      expectValue(
        await lastEvent(page),
        { type: 'change', usecase: 'tokenize_card', error: null },
        'the event',
      )
    }),
  ),
  documented(
    'wrong-number',
    events,
    'The event "change" for a wrong card number has the error { message: "Your EBT card number is invalid." }.',
    onPage(async (page) => {
      await typeInto(page, 'tokenize_card', '1111111111111111')
      const error = { message: 'Your EBT card number is invalid.' }
      expectValue(await lastEvent(page), { type: 'change', usecase: 'tokenize_card', error }, 'the event')
    }),
  ),
  documented(
    'iframe',
    docs('docs/checkout-flow'),
    'The input is in an iframe of another origin, so that the page cannot read it.',
    onPage(async (page) => {
      await page.create('tokenize_card')
      const seen = await page.evaluate(`return {
        inputs: document.querySelectorAll('#place input').length,
        document: document.querySelector('#place iframe')?.contentDocument ?? null,
      }`)
      expectValue(seen, { inputs: 0, document: null }, 'what the page can reach')
      await expectSoon(() => texts(page), [''], 'the inputs in the iframe')
    }),
  ),
  documented(
    'clear',
    lifecycle,
    'clear() empties the input.',
    onPage(async (page) => {
      await typeInto(page, 'tokenize_card', '9999')
      expectValue((await texts(page)).join(''), '9999', 'the text before clear()')
      expectValue(await clear(page), true, 'whether the input is empty after clear()')
    }),
  ),
  documented(
    'destroy',
    lifecycle,
    'destroy() removes the element from the page.',
    onPage(async (page) => {
      await page.create('collect_pin')
      const left = await page.evaluate(`
        element.destroy()
        return document.getElementById('place').childElementCount
      `)
      expectValue(left, 0, 'the number of elements in the container')
    }),
  ),
  documented(
    'style',
    cardElement,
    'create(type, { style: { borderColor, borderWidth } }) sets the border of the input.',
    onPage(async (page) => {
      await page.create('tokenize_card', { style: { borderColor: 'rgb(1, 2, 3)', borderWidth: '3px' } })
      const border = await page.inFrame(`
        const { borderTopColor, borderTopWidth } = getComputedStyle(inputs()[0])
        return { borderTopColor, borderTopWidth }
      `)
      expectValue(border, { borderTopColor: 'rgb(1, 2, 3)', borderTopWidth: '3px' }, 'the border')
    }),
  ),
  unknown(
    'clear-event',
    `${android('ForagePinElement.kt')}, ${ios('ForagePANTextField.swift')}`,
    'It is undocumented whether clear() causes "change": the field of the Android SDK does, that of the iOS SDK does not.',
    onPage(async (page) => {
      await typeInto(page, 'collect_pin', '12')
      const before = (await page.events()).length
      await clear(page)
      await page.type('3')
      const count = (await page.events()).length - before
      const clearEvent = count > 1 ? 'change' : 'none'
      return { note: `clear() and one key cause ${count} events`, choice: { clearEvent } }
    }),
  ),
]
