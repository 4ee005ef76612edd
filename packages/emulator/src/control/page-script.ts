import type { ArmedFaultView } from '../context/faults.ts'
import type { LoggedRequest } from '../context/logged-request.ts'
import type { Counts } from '../state/store.ts'
import type { WebhookDelivery } from '../webhooks/webhooks.ts'

/*
 * The control page's script. The emulator serves these functions as text, so they use only each other and the browser.
 * They write data from requests as text, never as HTML.
 */

/** The answer of `GET /_emulator/state`. */
export interface ControlState {
  /** The emulator's time, in ms since the epoch. */
  readonly now: number
  readonly counts: Counts
  readonly applicationEnabled: boolean
  /** The latest 200, newest first. */
  readonly requests: readonly LoggedRequest[]
  readonly faults: readonly ArmedFaultView[]
  /** The latest 50, newest first. */
  readonly deliveries: readonly WebhookDelivery[]
}

function startControlPage(): void {
  const refresh = async (): Promise<void> => {
    try {
      const response = await fetch('state')
      showState((await response.json()) as ControlState, act)
    } catch {
      say('The emulator does not answer. Is it still running?', true)
    }
  }
  const act: Act = async (method, path, body = {}) => {
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(path, { method, headers, body: JSON.stringify(body) })
    const answer = (await response.json()) as { error?: string }
    say(answer.error ?? describeAnswer(path, answer), !response.ok)
    await refresh()
  }
  listen(act)
  const tick = (): void => {
    if (document.visibilityState === 'visible') void refresh()
  }
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
  void refresh()
}

type Act = (method: 'POST' | 'DELETE', path: string, body?: object) => Promise<void>

function listen(act: Act): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('button[data-act], button[data-advance]')
    if (!button) return
    const { act: name, advance } = button.dataset
    if (advance !== undefined) void act('POST', 'advance', { ms: Number(advance) })
    else if (name !== undefined) void act('POST', name)
  })
  const form = document.querySelector<HTMLFormElement>('#arm')
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    void act('POST', 'faults', faultOf(new FormData(form)))
  })
  const kind = form?.querySelector<HTMLSelectElement>('[name=kind]')
  kind?.addEventListener('change', () => showKind(kind))
  if (kind) showKind(kind)
}

/** Hides the fields that the kind does not read, and removes them from the form's data. */
function showKind(kind: HTMLSelectElement): void {
  const { effect = '', reads = '' } = kind.selectedOptions[0]?.dataset ?? {}
  const shown = document.querySelector('#effect')
  if (shown) shown.textContent = effect
  for (const name of ['code', 'ms', 'status', 'when']) {
    const field = kind.form?.querySelector<HTMLInputElement>(`[name=${name}]`)
    if (!field) continue
    field.disabled = !reads.split(' ').includes(name)
    field.closest('label')?.toggleAttribute('hidden', field.disabled)
  }
}

/** Returns the fault without the empty fields: the emulator has defaults for them. */
function faultOf(form: FormData): Record<string, unknown> {
  const filled = [...form.entries()].filter(([, value]) => value !== '')
  const numbers = ['count', 'ms', 'probability', 'status']
  return Object.fromEntries(
    filled.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]),
  )
}

function describeAnswer(path: string, answer: object): string {
  const facts = Object.entries(answer).map(([name, value]) => `${name}: ${String(value)}`)
  return `${path} – ${facts.join(', ')}`
}

function say(text: string, isBad: boolean): void {
  const said = document.querySelector('#said')
  if (!said) return
  said.textContent = text
  said.classList.toggle('bad', isBad)
}

function showState(state: ControlState, act: Act): void {
  const now = document.querySelector('#now')
  if (now) now.textContent = new Date(state.now).toISOString().replace('T', ' ').slice(0, 19)
  for (const [name, count] of Object.entries(state.counts)) {
    const shown = document.querySelector(`[data-count="${name}"]`)
    if (shown) shown.textContent = String(count)
  }
  fill('#requests', state.requests.map(requestRow))
  fill(
    '#faults',
    state.faults.map((armed) => faultItem(armed, act)),
  )
  fill('#deliveries', state.deliveries.map(deliveryItem))
  document.querySelector('#disabled')?.toggleAttribute('hidden', state.applicationEnabled)
  document.querySelector('#no-requests')?.toggleAttribute('hidden', state.requests.length > 0)
  document.querySelector('#no-deliveries')?.toggleAttribute('hidden', state.deliveries.length > 0)
}

/** Replaces the children only if they changed, to keep the focus and the selection. */
function fill(selector: string, children: readonly Element[]): void {
  const parent = document.querySelector(selector)
  const text = children.map((child) => child.textContent).join('\n')
  if (!parent || (parent as HTMLElement).dataset['shown'] === text) return
  ;(parent as HTMLElement).dataset['shown'] = text
  parent.replaceChildren(...children)
}

function requestRow({ at, method, path, status, fingerprint, idempotencyKey }: LoggedRequest): Element {
  const row = document.createElement('tr')
  const time = new Date(at).toISOString().slice(11, 19)
  const texts = [time, status || 'dropped', `${method} ${path}`, fingerprint ?? '', idempotencyKey ?? '']
  const cells = texts.map((text) => element('td', String(text)))
  cells[1]?.classList.add(status >= 500 || status === 0 ? 'bad' : status >= 400 ? 'hold' : 'good')
  row.append(...cells)
  return row
}

function faultItem({ id, fault, left }: ArmedFaultView, act: Act): Element {
  const { kind, count: _, ...rest } = fault
  const details = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)
  const item = element('li', '')
  const button = element('button', 'Remove')
  button.setAttribute('type', 'button')
  button.setAttribute('aria-label', `Remove ${kind}`)
  button.addEventListener('click', () => void act('DELETE', `faults/${id}`))
  item.append(element('span', [kind, `× ${left}`, ...details].join(' ')), button)
  return item
}

function deliveryItem({ at, type, data, attempt, status, url }: WebhookDelivery): Element {
  const time = new Date(at).toISOString().slice(11, 19)
  const refs = [data['refund_ref'], data['payment_ref'], data['order_ref']]
  const changed = refs.find((ref) => typeof ref === 'string') ?? ''
  return element(
    'li',
    `${time} ${status || 'no answer'} ${type} ${changed} attempt ${attempt} ${new URL(url).host}`,
  )
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

/** Returns the script to serve. */
export function controlPageScript(): string {
  const parts = [
    startControlPage,
    listen,
    showKind,
    faultOf,
    describeAnswer,
    say,
    showState,
    fill,
    requestRow,
    faultItem,
    deliveryItem,
    element,
  ]
  return `${parts.map(String).join('\n')}\n${startControlPage.name}()\n`
}
