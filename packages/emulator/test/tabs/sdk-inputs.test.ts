import { describe, expect, onTestFinished, test } from 'vitest'

import { openSdkPage, type SdkPage } from '../../conformance/forage-js/sdk-page.ts'
import { sdkEngines, sdkIn } from './sdk-browsers.ts'

const sheet = { paymentSheet: { paymentType: 'HSAFSA', styles: {}, errorStyles: {}, fields: {} } }

describe.each(sdkEngines)('the inputs of the SDK in %s', (engine) => {
  const { isHere, api } = sdkIn(engine)

  /** Opens a page with an element and focuses its first input. */
  async function openWith(type: string, options?: object): Promise<SdkPage> {
    const page = await openSdkPage(api())
    onTestFinished(() => page[Symbol.asyncDispose]())
    await page.create(type, options)
    await page.clickInput()
    return page
  }

  /** Presses Enter and returns the number of submit events of the page's form. */
  async function submitsAfterEnter(page: SdkPage): Promise<unknown> {
    await page.press('Enter')
    // The event of the next key comes after the effect of Enter.
    await page.type('1')
    return await page.evaluate('return submits')
  }

  test.skipIf(!isHere).each([
    ['a form with a submit button', '', 1],
    ['a form without a button', `document.getElementById('pay').remove()`, 1],
    ['a form whose button is disabled', `document.getElementById('pay').disabled = true`, 0],
    ['a form whose button does not submit', `document.getElementById('pay').type = 'button'`, 1],
  ])('Enter in a PIN of %s submits it like Enter in its own input', async (_, change, count) => {
    const page = await openWith('collect_pin')
    await page.evaluate(change)
    expect(await submitsAfterEnter(page)).toBe(count)
    await page.click('#before')
    await page.press('Enter')
    expect(await page.evaluate('return submits')).toBe(2 * count)
  })

  test.skipIf(!isHere)(
    'Enter in a field of a payment sheet submits the page’s form, and outside a form nothing',
    async () => {
      const page = await openWith('payment_sheet', sheet)
      expect(await submitsAfterEnter(page)).toBe(1)
      // A frame that is moved loads again.
      await page.evaluate(`
      const count = seen.length
      document.body.append(document.getElementById('place'))
      await until(() => seen.length > count)
    `)
      await page.clickInput()
      expect(await submitsAfterEnter(page)).toBe(1)
    },
  )

  test.skipIf(!isHere)(
    'a digit that is typed into the middle of a card number leaves the caret behind it',
    async () => {
      const page = await openWith('tokenize_card')
      await page.type('99994')
      for (let count = 0; count < 3; count += 1) await page.press('ArrowLeft')
      await page.type('12')
      const state = await page.inFrame(`
      const { value, selectionStart } = inputs()[0]
      return [value, selectionStart]
    `)
      expect(state).toEqual(['9991 294', 6])
      // The second Backspace removes a space, which the format adds again.
      for (let count = 0; count < 3; count += 1) await page.press('Backspace')
      await expect.poll(() => page.inFrame(`return inputs()[0].value`)).toBe('9999 4')
    },
  )

  test.skipIf(!isHere)(
    'a customer corrects the month of an expiration date without a change of its year',
    async () => {
      const page = await openWith('payment_sheet', sheet)
      await page.clickInput(2)
      await page.type('1230')
      await expect.poll(() => page.inFrame(`return inputs()[2].value`)).toBe('12/30')
      for (let count = 0; count < 3; count += 1) await page.press('ArrowLeft')
      await page.press('Backspace')
      await page.type('1')
      await expect.poll(() => page.inFrame(`return inputs()[2].value`)).toBe('11/30')
    },
  )

  test.skipIf(!isHere)('a payment sheet is as high as its fields and as wide as its container', async () => {
    const page = await openWith('payment_sheet', sheet)
    await page.evaluate(`document.getElementById('place').style.width = '300px'`)
    const isWhole = `
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
      return [scrollWidth - clientWidth, scrollHeight - clientHeight]
    `
    await expect.poll(() => page.inFrame(isWhole)).toEqual([0, 0])
    const size = `
      const { width, height } = document.querySelector('#place iframe').getBoundingClientRect()
      return [width, height > 250]
    `
    expect(await page.evaluate(size)).toEqual([300, true])
  })

  test.skipIf(!isHere)(
    'a field of a payment sheet with a wrong text is invalid for screen readers, an untouched one is not',
    async () => {
      const page = await openWith('payment_sheet', sheet)
      const invalid = `return inputs().map((input) => input.getAttribute('aria-invalid'))`
      await page.press('Tab')
      await page.type('4242')
      await page.press('Tab')
      await page.press('Tab')
      await expect.poll(() => page.inFrame(invalid)).toEqual([null, 'true', null, null, null])
      await page.clickInput(1)
      await page.type('4')
      await expect.poll(() => page.inFrame(invalid)).toEqual([null, null, null, null, null])
    },
  )
})
