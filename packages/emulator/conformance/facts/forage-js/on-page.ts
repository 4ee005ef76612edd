import type { Api } from '../../api.ts'
import { expectValue, type Pattern } from '../../expect.ts'
import type { Fact } from '../../fact.ts'
import { openSdkPage, type SdkPage } from '../../forage-js/sdk-page.ts'

type OnPage = (page: SdkPage, api: Api) => ReturnType<Fact['run']>

/** Runs a fact on a new page. */
export function onPage(run: OnPage): Fact['run'] {
  return async (api) => {
    await using page = await openSdkPage(api)
    return await run(page, api)
  }
}

/** Reads until the value matches, at most 3 s: a browser handles a key or a click a moment after it was sent. */
export async function expectSoon(read: () => Promise<unknown>, pattern: Pattern, at: string): Promise<void> {
  const end = Date.now() + 3000
  for (;;) {
    try {
      return expectValue(await read(), pattern, at)
    } catch (error) {
      if (Date.now() > end) throw error
    }
  }
}

/** Creates an element and types into its first input. */
export async function typeInto(page: SdkPage, type: string, text: string): Promise<void> {
  await page.create(type)
  await page.clickInput()
  await page.type(text)
}

/** Returns the event that the element emitted last. */
export async function lastEvent(page: SdkPage): Promise<unknown> {
  return (await page.events()).at(-1)?.event
}

/** Returns the texts of the inputs in the element's iframe. */
export async function texts(page: SdkPage): Promise<string[]> {
  return (await page.inFrame(`return inputs().map(({ value }) => value)`)) as string[]
}

/** Calls `clear()` and waits for the message to arrive. Returns whether the inputs are empty then. */
export async function clear(page: SdkPage): Promise<unknown> {
  await page.evaluate('element.clear()')
  return await page.inFrame(`
    const areEmpty = () => inputs().every(({ value }) => value === '')
    for (let waited = 0; waited < 100 && !areEmpty(); waited += 1) await new Promise((resolve) => setTimeout(resolve, 20))
    return areEmpty()
  `)
}

/** Returns the tag of the focused element of the page, and the name or place of the focused input in the iframe. */
export async function focused(page: SdkPage): Promise<string> {
  const own = String(
    await page.evaluate(`return document.activeElement.id || document.activeElement.tagName`),
  )
  if (own !== 'IFRAME') return own
  return String(await page.inFrame(`return 'input ' + inputs().indexOf(document.activeElement)`))
}
