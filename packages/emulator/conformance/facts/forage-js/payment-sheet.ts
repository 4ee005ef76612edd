import { expectValue } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import type { SdkPage } from '../../forage-js/sdk-page.ts'
import { docs, ios } from '../../sources.ts'
import { clear, expectSoon, focused, lastEvent, onPage } from './on-page.ts'

const { documented, inferred, unknown } = factsOf('7.1')

const sheetPage = docs('reference/tokenize-a-payment-sheet')

const labels = ['Name on card', 'Number', 'Valid until', 'Code', 'ZIP']
const names = ['cardHolderName', 'cardNumber', 'cardExpiration', 'cardCVV', 'cardZipCode']
const fields = Object.fromEntries(names.map((name, index) => [name, { labelText: labels[index] }]))

const options = {
  paymentSheet: {
    paymentType: 'HSAFSA',
    styles: { inputStyles: { borderColor: 'rgb(1, 2, 3)' }, labelStyles: { color: 'rgb(4, 5, 6)' } },
    errorStyles: { inputStyles: { borderColor: 'rgb(200, 0, 0)' }, labelStyles: { color: 'rgb(180, 0, 0)' } },
    fields,
  },
}

async function createSheet(page: SdkPage): Promise<void> {
  await page.create('payment_sheet', options)
}

/** Returns the border color of an input and the color of its label. */
async function colors(page: SdkPage, index: number): Promise<unknown> {
  return await page.inFrame(`
    const input = inputs()[${index}]
    return [getComputedStyle(input).borderTopColor, getComputedStyle(labelOf(input)).color]
  `)
}

/** Fills in the five fields with the keyboard, one Tab after each. */
async function fillSheet(page: SdkPage): Promise<void> {
  await page.clickInput()
  for (const text of ['Ada Lovelace', '4000051230002839', '1249', '123', '94102']) {
    await page.type(text)
    await page.press('Tab')
  }
}

const look: readonly Fact[] = [
  documented(
    'sheet',
    sheetPage,
    'create("payment_sheet", { paymentSheet }) returns an element with five fields, which have the given labels.',
    onPage(async (page) => {
      await createSheet(page)
      const found = await page.evaluate(`
        return ['mount', 'on', 'clear', 'destroy'].every((name) => typeof element[name] === 'function')
      `)
      expectValue(found, true, 'whether the element has mount, on, clear and destroy')
      const shown = await page.inFrame(`return inputs().map((input) => labelOf(input)?.textContent.trim())`)
      expectValue(shown, labels, 'the labels')
    }),
  ),
  documented(
    'sheet-styles',
    sheetPage,
    'The styles of a payment sheet apply to all its inputs and labels.',
    onPage(async (page) => {
      await createSheet(page)
      for (const index of names.keys())
        await expectSoon(
          () => colors(page, index),
          ['rgb(1, 2, 3)', 'rgb(4, 5, 6)'],
          `the colors of ${names[index]}`,
        )
    }),
  ),
  documented(
    'sheet-error-styles',
    sheetPage,
    'Error styles come when a field with invalid input loses the focus, and go with the next input.',
    onPage(async (page) => {
      await createSheet(page)
      await page.clickInput(1)
      await page.type('4242')
      await expectSoon(() => colors(page, 1), ['rgb(1, 2, 3)', 'rgb(4, 5, 6)'], 'the colors while typing')
      await page.press('Tab')
      await expectSoon(
        () => colors(page, 1),
        ['rgb(200, 0, 0)', 'rgb(180, 0, 0)'],
        'the colors after the field lost the focus',
      )
      await page.clickInput(1)
      await page.type('4')
      await expectSoon(
        () => colors(page, 1),
        ['rgb(1, 2, 3)', 'rgb(4, 5, 6)'],
        'the colors after the next input',
      )
    }),
  ),
]

const placeholderNames = ['placeholderText', 'placeholder', 'placeHolderText', 'placeHolder']

const use: readonly Fact[] = [
  inferred(
    'sheet-events',
    docs('reference/events'),
    'The usecase of a payment sheet’s events is payment_sheet, and error is null for a complete card.',
    onPage(async (page) => {
      await createSheet(page)
      await fillSheet(page)
      expectValue(
        await lastEvent(page),
        { type: 'change', usecase: 'payment_sheet', error: null },
        'the event',
      )
    }),
  ),
  inferred(
    'sheet-label',
    'the HTML Standard, "the label element"',
    'A click on a label of a payment sheet focuses its field.',
    onPage(async (page) => {
      await createSheet(page)
      await page.clickLabel(4)
      await expectSoon(() => focused(page), 'input 4', 'the focus')
    }),
  ),
  inferred(
    'sheet-clear',
    ios('ForagePaymentSheet.swift'),
    'clear() empties all five fields.',
    onPage(async (page) => {
      await createSheet(page)
      await fillSheet(page)
      expectValue(await clear(page), true, 'whether all inputs are empty')
    }),
  ),
  inferred(
    'sheet-incomplete',
    ios('ForageSDK+ForageServices.swift'),
    'An incomplete payment sheet is refused with payment_sheet_incomplete (400) before anything is sent.',
    onPage(async (page) => {
      await createSheet(page)
      await page.clickInput()
      await page.type('Ada')
      const { error } = await page.call('tokenizeCard')
      expectValue(error, { httpStatusCode: 400, code: 'payment_sheet_incomplete' }, 'the error')
    }),
  ),
  inferred(
    'sheet-tokenize',
    ios('ForageAPI.swift'),
    'A payment sheet stores an HSA or FSA card of type credit.',
    onPage(async (page) => {
      await createSheet(page)
      await fillSheet(page)
      const { value, error } = await page.call('tokenizeCard', { reusable: true })
      expectValue(error, undefined, 'the error')
      const card = { last_4: '2839', exp_month: 12, exp_year: 2049, is_hsa_fsa: true }
      expectValue(value, { type: 'credit', reusable: true, card }, 'the payment method')
    }),
    'write',
  ),
  unknown(
    'sheet-placeholder',
    sheetPage,
    'The name of the option with a placeholder is in no public copy of the page, which promises one.',
    onPage(async (page) => {
      const named = Object.fromEntries(placeholderNames.map((name) => [name, name]))
      const paymentSheet = { ...options.paymentSheet, fields: { ...fields, cardNumber: named } }
      await page.create('payment_sheet', { paymentSheet })
      const shown = await page.inFrame(`return inputs()[1].placeholder`)
      const placeholderName = placeholderNames.find((name) => name === shown)
      if (placeholderName === undefined) return { note: `no name of ${placeholderNames.join(', ')}` }
      return { note: `it is ${placeholderName}`, choice: { placeholderName } }
    }),
  ),
  unknown(
    'sheet-method',
    sheetPage,
    'The function that stores the card of a payment sheet is in no public copy of its page.',
    onPage(async (page) => {
      const found = (await page.evaluate(`
        const names = new Set()
        for (let object = forage; object && object !== Object.prototype; object = Object.getPrototypeOf(object))
          for (const name of Object.getOwnPropertyNames(object)) if (/sheet|token|hsa/i.test(name)) names.add(name)
        return [...names]
      `)) as string[]
      return { note: `functions with such a name: ${found.join(', ')}` }
    }),
  ),
]

export const sheetFacts: readonly Fact[] = [...look, ...use]
