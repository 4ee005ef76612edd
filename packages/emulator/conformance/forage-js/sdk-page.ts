import type { Api } from '../api.ts'
import { Mismatch, Skip } from '../check-errors.ts'
import type { BrowserTab } from './browser-tab.ts'
import { serveSdkSite, type SdkSite } from './sdk-site.ts'

/** The outcome of a function of the SDK. */
export interface SdkOutcome {
  readonly value?: unknown
  /** The members of `ForageError`, or the list of older versions. */
  readonly error?: unknown
}

export interface SeenEvent {
  /** The name that the handler listens to. */
  readonly name: string
  readonly event: unknown
}

/** A merchant's page with Forage JS in a real browser. It has one element at a time, in a form. */
export interface SdkPage extends AsyncDisposable {
  evaluate(body: string): Promise<unknown>
  /** Evaluates in the element's iframe, with the helpers `inputs()` and `labelOf(input)`. */
  inFrame(body: string): Promise<unknown>
  /** Creates an element, mounts it in the form and waits for `ready`. */
  create(type: string, options?: object): Promise<void>
  events(): Promise<SeenEvent[]>
  /** Clicks an element of the page. */
  click(selector: string): Promise<void>
  /** Clicks an input in the element's iframe. Default: the first. */
  clickInput(index?: number): Promise<void>
  /** Clicks the label of such an input. */
  clickLabel(index: number): Promise<void>
  /** Presses these keys and waits for the element's `change` events. */
  type(text: string): Promise<void>
  press(key: string): Promise<void>
  /** Calls a function of the SDK with the element. */
  call(name: string, ...args: readonly unknown[]): Promise<SdkOutcome>
}

const PLACE = 'place'

/** WebKit 2.50 may crash when it collects the list that `input.labels` returns. */
const frameHelpers = `
  const inputs = () => [...document.querySelectorAll('input')]
  const labelOf = (input) => input.closest('label') ?? document.querySelector('label[for="' + input.id + '"]')
`

/** Opens a page with an instance that has the run's session token. Throws `Skip` without a browser or a script. */
export async function openSdkPage(api: Api): Promise<SdkPage> {
  const { openTab, sdkUrl, merchant } = api.options
  if (!openTab) throw new Skip('needs a browser: install Chromium')
  if (!sdkUrl) throw new Skip('needs the address of the SDK’s script: set FORAGE_SDK_URL')
  const site = await serveSdkSite(sdkUrl)
  const tab = await openTab()
  await tab.goto(site.url)
  const config = {
    merchantId: `mid/${merchant}`,
    sessionToken: await api.sessionToken(),
    customerId: api.unique(),
  }
  const isThere = await tab.evaluate(`
    if (!(await until(() => typeof Forage === 'function'))) return false
    window.forage = Forage(${JSON.stringify(config)})
    return true
  `)
  if (isThere !== true) throw new Mismatch(`window.Forage is not a function: ${sdkUrl}`)
  return sdkPage(tab, site)
}

function sdkPage(tab: BrowserTab, site: SdkSite): SdkPage {
  const changes = `seen.filter(({ name }) => name === 'change').length`
  return {
    evaluate: (body) => tab.evaluate(body),
    inFrame: (body) => tab.evaluateInFrame(PLACE, frameHelpers + body),
    create: (type, options) => createElement(tab, type, options),
    events: async () => (await tab.evaluate('return seen')) as SeenEvent[],
    click: async (selector) =>
      await tab.clickAt(...(await pointIn(tab, `document.querySelector('${selector}')`))),
    clickInput: (index = 0) => clickInFrame(tab, `inputs()[${index}]`),
    clickLabel: (index) => clickInFrame(tab, `labelOf(inputs()[${index}])`),
    async type(text) {
      const before = Number(await tab.evaluate(`return ${changes}`))
      for (const key of text) await tab.press(key)
      await tab.evaluate(`await until(() => ${changes} >= ${before + text.length}, 3000)`)
    },
    press: (key) => tab.press(key),
    call: (name, ...args) => callSdk(tab, name, args),
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  }
}

/** Evaluates to a point near the left upper corner of an element: in a label, that is its text. */
function pointOf(element: string): string {
  return `
    const element = ${element}
    element.scrollIntoView({ block: 'center' })
    const { left, top } = element.getBoundingClientRect()
    return [left + 8, top + 8]`
}

async function pointIn(tab: BrowserTab, element: string): Promise<[x: number, y: number]> {
  return (await tab.evaluate(pointOf(element))) as [number, number]
}

async function clickInFrame(tab: BrowserTab, element: string): Promise<void> {
  const [x, y] = (await tab.evaluateInFrame(PLACE, frameHelpers + pointOf(element))) as [number, number]
  const corner = `const { left, top } = document.querySelector('#${PLACE} iframe').getBoundingClientRect(); return [left, top]`
  const [left, top] = (await tab.evaluate(corner)) as [number, number]
  await tab.clickAt(left + x, top + y)
}

async function createElement(tab: BrowserTab, type: string, options?: object): Promise<void> {
  const isReady = await tab.evaluate(`
    window.element?.destroy()
    seen.length = 0
    window.element = forage.create(${JSON.stringify(type)}, ${JSON.stringify(options)})
    for (const name of ['ready', 'change']) element.on(name, (event) => seen.push({ name, event }))
    element.mount('${PLACE}')
    return await until(() => seen.length > 0)
  `)
  if (isReady !== true) throw new Mismatch(`the element ${type} emits no "ready" within 10 s`)
}

async function callSdk(tab: BrowserTab, name: string, args: readonly unknown[]): Promise<SdkOutcome> {
  const list = ['element', ...args.map((value) => JSON.stringify(value))].join(', ')
  return (await tab.evaluate(`
    const read = ({ errors, name, httpStatusCode, code, message, details }) =>
      errors ? { errors } : { name, httpStatusCode, code, message, details }
    return await forage[${JSON.stringify(name)}](${list}).then((value) => ({ value }), (error) => ({ error: read(error) }))
  `)) as SdkOutcome
}
