import { expectValue } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import type { SdkPage } from '../../forage-js/sdk-page.ts'
import { android, docs, ios } from '../../sources.ts'
import { clear, expectSoon, focused, lastEvent, onPage, texts, typeInto } from './on-page.ts'

const { inferred, unknown } = factsOf('7.1')

const validationErrors = android('ElementValidationErrors.kt')
const silent = docs('reference/ebt-elements')

/** Types into a new element and returns the error of the last event. */
async function errorAfter(page: SdkPage, type: string, text: string): Promise<unknown> {
  await typeInto(page, type, text)
  const event = (await lastEvent(page)) as { error?: { message?: unknown } | null } | undefined
  return event?.error?.message ?? null
}

/** How a run with incomplete input ends. */
function incompleteInput(name: string, type: string, text: string, message: string): Fact {
  return inferred(
    name,
    validationErrors,
    `While ${type} is incomplete, the error of "change" says: ${message}`,
    onPage(async (page) => {
      const found = await errorAfter(page, type, text)
      if (found === null)
        return { note: 'no error while the input is incomplete', choice: { incompleteInput: 'silent' } }
      expectValue(found, message, 'the message')
      return { note: 'as guessed', choice: { incompleteInput: 'error' } }
    }),
  )
}

const typing: readonly Fact[] = [
  incompleteInput('incomplete-number', 'tokenize_card', '9999', 'Your EBT card number is incomplete.'),
  incompleteInput('incomplete-pin', 'collect_pin', '12', 'Your EBT card PIN is incomplete.'),
  inferred(
    'groups',
    android('FormatPanTextWatcher.kt'),
    'A card number of 16 digits is shown in groups of four.',
    onPage(async (page) => {
      await typeInto(page, 'tokenize_card', '9999420000000001')
      await expectSoon(() => texts(page), ['9999 4200 0000 0001'], 'the texts')
    }),
  ),
  inferred(
    'pasted-number',
    android('FormatPanTextWatcher.kt'),
    'Characters that are no digits are removed from a pasted card number.',
    onPage(async (page) => {
      await page.create('tokenize_card')
      await paste(page, 'Card 9999-4200-0000-0001')
      await expectSoon(
        () => texts(page),
        [(text: unknown) => String(text).replaceAll(' ', '') === '9999420000000001'],
        'the texts',
      )
    }),
  ),
  unknown(
    'pasted-pin',
    `${android('ForagePinElement.kt')}, ${ios('RosettaPINTextField.swift')}`,
    'It is undocumented which PIN remains of a pasted text with other characters.',
    onPage(async (page) => {
      await page.create('collect_pin')
      await paste(page, 'PIN 1-2-3-4-5')
      return { note: `"PIN 1-2-3-4-5" becomes ${JSON.stringify((await texts(page))[0])}` }
    }),
  ),
]

/** Copies a text from the page's own input, because a page has no access to the clipboard without a permission. */
async function paste(page: SdkPage, text: string): Promise<void> {
  await page.evaluate(`document.getElementById('before').value = ${JSON.stringify(text)}`)
  await page.click('#before')
  for (const key of ['Control+a', 'Control+c']) await page.press(key)
  await page.clickInput()
  await page.press('Control+v')
  await page.evaluate(`await until(() => seen.length > 1, 3000)`)
}

const focus: readonly Fact[] = [
  inferred(
    'tab-order',
    'the HTML Standard, "sequential focus navigation"',
    'Tab goes from the control before the element into its input, and then to the control after it.',
    onPage(async (page) => {
      await page.create('tokenize_card')
      await page.click('#before')
      await page.press('Tab')
      await expectSoon(() => focused(page), 'input 0', 'the focus after one Tab')
      await page.press('Tab')
      await expectSoon(() => focused(page), 'pay', 'the focus after two Tabs')
    }),
  ),
  inferred(
    'clear-focus',
    ios('ForagePANTextField.swift'),
    'clear() leaves the focus where it is: in the input, or elsewhere in the page.',
    onPage(async (page) => {
      await typeInto(page, 'tokenize_card', '9')
      await clear(page)
      await expectSoon(() => focused(page), 'input 0', 'the focus after clear() in the input')
      await page.type('9')
      await page.click('#before')
      await clear(page)
      await expectSoon(() => focused(page), 'before', 'the focus after clear() elsewhere')
    }),
  ),
  unknown(
    'page-label',
    silent,
    'It is undocumented whether a click on the page’s label of the container focuses the input.',
    onPage(async (page) => {
      await page.create('tokenize_card')
      await page.click('#label')
      const does = await page.evaluate(
        `return await until(() => document.activeElement.tagName === 'IFRAME', 500)`,
      )
      if (does !== true) return { note: 'it does not', choice: { labelClick: 'ignore' } }
      await expectSoon(() => focused(page), 'input 0', 'the focus')
      return { note: 'it does', choice: { labelClick: 'focus' } }
    }),
  ),
  unknown(
    'frame-focus',
    silent,
    'It is undocumented which input takes the keys after the page focused the iframe. The SDK has no function for it.',
    onPage(async (page) => {
      await page.create('collect_pin')
      await page.evaluate(`document.querySelector('iframe').focus()`)
      await page.type('1')
      const isTyped = await page.evaluate(`return await until(() => seen.length > 1, 500)`)
      return {
        note: isTyped === true ? 'the input takes them' : 'no input takes them',
        choice: { frameFocus: isTyped === true ? 'input' : 'none' },
      }
    }),
  ),
  unknown(
    'enter',
    silent,
    'It is undocumented whether Enter in an input submits the page’s form. The SDK has no event for it.',
    onPage(async (page) => {
      await page.create('collect_pin')
      await page.clickInput()
      await page.press('Enter')
      // The event of the next key comes after the effect of Enter.
      await page.type('1')
      const submits = Number(await page.evaluate('return submits'))
      return {
        note: `Enter causes ${submits} submit events of the form`,
        choice: { enterKey: submits > 0 ? 'submit' : 'ignore' },
      }
    }),
  ),
  unknown(
    'autofill',
    silent,
    'It is undocumented which attributes an input has for autofill and for the keyboard of a phone.',
    onPage(async (page) => {
      const found = []
      for (const type of ['tokenize_card', 'collect_pin']) {
        await page.create(type)
        const attributes = await page.inFrame(`
          const { type, autocomplete, inputMode } = inputs()[0]
          return [type, autocomplete, inputMode].join(', ')
        `)
        found.push(`${type}: ${String(attributes)}`)
      }
      return { note: found.join('; ') }
    }),
  ),
]

export const inputFacts: readonly Fact[] = [...typing, ...focus]
