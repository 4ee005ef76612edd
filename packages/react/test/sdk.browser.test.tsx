import { expect, onTestFinished, test, vi } from 'vitest'

import type { ForageElementEvent } from '../src/sdk/forage-sdk-types.ts'
import { loadScript, openSdkPage, untilReady, type SdkPage } from './sdk-page.tsx'

async function renew(page: SdkPage): Promise<void> {
  await page.session.renew()
  // All effects of the previous step have happened by the next task.
  await new Promise((resolve) => setTimeout(resolve, 0))
}

function borderOf(page: SdkPage): string | undefined {
  return page.frame('card')?.contentDocument?.querySelector('input')?.style.borderColor
}

test('both elements appear with their style and handlers on one instance under StrictMode', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  await vi.waitUntil(() => borderOf(page) === 'rgb(1, 2, 3)')
  expect(page.tokens).toHaveLength(1)
  expect(document.querySelectorAll('iframe')).toHaveLength(2)
  await page.type('pin', '1234')
  expect(page.heard.at(-1)).toBe('pin change')
})

test.each(['card', 'pin'] as const)(
  'input in the %s element stays while the token is renewed',
  async (id) => {
    const page = await openSdkPage()
    await untilReady(page)
    await page.type(id, '1234')
    const frame = page.frame(id)
    await renew(page)
    expect(page.frame(id)).toBe(frame)
    expect(page.typed(id)).toBe('1234')
    expect(page.tokens).toHaveLength(1)

    page.elements[id].clear()
    await untilReady(page, 2)
    expect(page.frame(id)).not.toBe(frame)
    expect(page.tokens).toHaveLength(2)
    await page.type(id, '99')
    expect(page.heard.at(-1)).toBe(`${id} change`)
  },
)

test('empty elements move to the newer token at once and keep their style', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  await renew(page)
  await untilReady(page, 2)
  expect(page.tokens).toHaveLength(2)
  expect(document.querySelectorAll('iframe')).toHaveLength(2)
  await vi.waitUntil(() => borderOf(page) === 'rgb(1, 2, 3)')
})

test('a PIN whose token has expired is requested again, and pays once', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  const { payment } = await page.payment()
  await page.type('pin', '1234')
  await page.expire()
  const failure = await page
    .sdk()
    .capturePayment(page.elements.pin, payment)
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ httpStatusCode: 401, code: 'expired_session_token' })
  await vi.waitUntil(() => page.sdk().needsReentry)
  expect(await page.captures()).toBe(0)

  await untilReady(page, 2)
  await page.type('pin', '1234')
  await expect(page.sdk().capturePayment(page.elements.pin, payment)).resolves.toMatchObject({ ref: payment })
  await vi.waitUntil(() => !page.sdk().needsReentry)
  expect(await page.captures()).toBe(1)
})

/** The fields of a payment sheet in the order of the page, with a valid card. */
const hsaCard = ['Ada Lovelace', '4000051230002839', '12/49', '123', '94102']

test('a payment sheet keeps its input while the token is renewed, and stores the card', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  document.body.insertAdjacentHTML('beforeend', '<div id="sheet"></div>')
  onTestFinished(() => document.getElementById('sheet')?.remove())
  const sheet = page.sdk().createElement('payment_sheet', {
    paymentSheet: { paymentType: 'HSAFSA', styles: {}, errorStyles: {}, fields: {} },
  })
  const events: ForageElementEvent[] = []
  for (const name of ['ready', 'change'] as const) sheet.on(name, (event) => events.push(event))
  sheet.mount('sheet')
  await vi.waitUntil(() => events.length > 0)
  expect(events).toEqual([{ type: 'ready', usecase: 'payment_sheet', error: null }])

  const frame = document.querySelector<HTMLIFrameElement>('#sheet iframe')!
  const inputs = [...frame.contentDocument!.querySelectorAll('input')]
  expect(inputs).toHaveLength(hsaCard.length)
  for (const [index, text] of hsaCard.entries()) {
    inputs[index]!.value = text
    inputs[index]!.dispatchEvent(new Event('input'))
  }
  await vi.waitUntil(() => events.length === 1 + hsaCard.length)
  expect(events.at(-1)).toEqual({ type: 'change', usecase: 'payment_sheet', error: null })

  await renew(page)
  expect(document.querySelector('#sheet iframe')).toBe(frame)
  await expect(page.sdk().tokenizeCard(sheet)).resolves.toMatchObject({
    type: 'credit',
    card: { last_4: '2839', is_hsa_fsa: true },
  })
  sheet.destroy()
})

test('a change event of an input says in Forage’s words what is wrong', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  const events: ForageElementEvent[] = []
  page.elements.card.on('change', (event) => events.push(event))
  await page.type('card', '1111111111111111')
  expect(events.at(-1)).toEqual({
    type: 'change',
    usecase: 'tokenize_card',
    error: { message: 'Your EBT card number is invalid.' },
  })
  await page.type('card', '9999420000000001')
  expect(events.at(-1)).toEqual({ type: 'change', usecase: 'tokenize_card', error: null })
})

test('another checkout empties the input', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  await page.type('pin', '1234')
  page.session.setCheckout('cart-2')
  await untilReady(page, 2)
  expect(page.typed('pin')).toBe('')
})

test('a script that failed to load is loaded again when an element is mounted', async () => {
  let isBlocked = true
  const page = await openSdkPage(() => (isBlocked ? Promise.reject(new Error('blocked')) : loadScript()))
  await vi.waitUntil(() => page.sdk().status === 'failed')
  isBlocked = false
  page.elements.card.mount('card')
  await untilReady(page)
  await vi.waitUntil(() => page.sdk().status === 'ready')
  expect(page.sdk().error).toBeUndefined()
})

test('a page that is left while the script loads gets neither an instance nor an element', async () => {
  let give!: () => void
  const held = new Promise<void>((resolve) => (give = resolve))
  const page = await openSdkPage(async () => {
    await held
    return await loadScript()
  })
  page.unmount()
  give()
  await page.session.renew()
  expect(page.tokens).toEqual([])
  expect(document.querySelector('iframe')).toBeNull()
})

test('an element without a container is reported, and the others stay', async () => {
  const page = await openSdkPage()
  await untilReady(page)
  const frame = page.frame('card')
  page.sdk().createElement('collect_pin').mount('nowhere')
  await vi.waitUntil(() => page.sdk().status === 'failed')
  expect(page.sdk().error).toMatchObject({ code: 'mount_failed', message: /"nowhere"/ })
  expect(page.frame('card')).toBe(frame)
})
