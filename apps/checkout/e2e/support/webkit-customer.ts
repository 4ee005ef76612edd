import { expect } from '@playwright/test'

import type { WebKit } from '../../../../scripts/toolchain/webkit.ts'
import type { Customer } from './customer.ts'

const quoted = (text: string): string => JSON.stringify(text)
const button = (name: string): string =>
  `//button[contains(concat(@aria-label, normalize-space()), ${quoted(name)}) and not(@disabled) and not(@aria-disabled="true")]`

const frame = '//*[contains(@class, "secure-box")]/iframe'

/** Returns a customer who uses WebKit over WebDriver. */
export async function webkitCustomer(webkit: WebKit, url: string): Promise<Customer> {
  const tab = await webkit.command('GET', '/window')
  return customerInTab(webkit, url, tab, turns(webkit, tab))
}

/** WebDriver does not wait, so each method tries until it succeeds. */
function customerInTab(webkit: WebKit, url: string, tab: unknown, turn: Turn): Customer {
  const here = <T>(act: () => Promise<T>): Promise<T> => turn(tab, act)
  const attempt = (act: () => Promise<unknown>): Promise<void> =>
    expect(() => here(act)).toPass({ timeout: 10_000, intervals: [50] })
  return {
    open: (path = '') => here(() => webkit.goto(url + path)),
    reload: () => here(async () => void (await webkit.command('POST', '/refresh', {}))),
    back: () => here(async () => void (await webkit.command('POST', '/back', {}))),
    press: (name) => attempt(async () => webkit.click(await webkit.find(button(name)))),
    pressTwice: (name) => attempt(async () => webkit.click(await webkit.find(button(name)), { times: 2 })),
    async type(into, digits) {
      await attempt(() => webkit.inFrame(frame, () => webkit.find(`//input[@aria-label=${quoted(into)}]`)))
      // WebKitGTK's driver cannot focus an input in a frame of another origin, so click it with the mouse.
      await here(async () => {
        await webkit.click(await webkit.find(frame))
        for (const digit of digits) await webkit.press(digit)
      })
    },
    fill: (label, text) =>
      attempt(async () => {
        const path = `//input[@id=//label[normalize-space()=${quoted(label)}]/@for]`
        const element = Object.values(await webkit.find(path))[0]
        await webkit.command('POST', `/element/${element}/clear`, {})
        await webkit.command('POST', `/element/${element}/value`, { text })
      }),
    key: (key) => here(() => webkit.press(key)),
    sees: (text) => attempt(() => webkit.find(`//*[contains(normalize-space(), ${quoted(text)})]`)),
    // Use a new window, because a tab in the background is not drawn and the driver's mouse would wait for it.
    async inAnotherTab(path) {
      const { handle } = (await here(() => webkit.command('POST', '/window/new', { type: 'window' }))) as {
        handle: unknown
      }
      const other = customerInTab(webkit, url, handle, turn)
      await other.open(path)
      return other
    },
    comesBack: () => here(async () => {}),
    evaluate: (expression) => here(() => webkit.evaluate(`return (${expression})`)),
  }
}

type Turn = <T>(tab: unknown, act: () => Promise<T>) => Promise<T>

/**
 * Returns a function that runs one action at a time, because the driver has only one current tab. It switches tabs only
 * when necessary, because switching loses the focus.
 */
function turns(webkit: WebKit, first: unknown): Turn {
  let chosen = first
  let last: Promise<unknown> = Promise.resolve()
  return (tab, act) => {
    const run = last.then(async () => {
      if (chosen !== tab) await webkit.command('POST', '/window', { handle: tab })
      chosen = tab
      return await act()
    })
    last = run.catch(() => {})
    return run
  }
}
