import type {
  CssStyle,
  ElementType,
  FromInput,
  InputAnswer,
  InputConnect,
  InputReady,
  InputRequest,
  SheetLook,
  ToInput,
} from './sdk-messages.ts'

/*
 * The elements of the SDK script. The emulator serves these functions as text, so they use only each other and the
 * browser.
 */

export interface ForageSdkOrigins {
  readonly api: string
  readonly vault: string
}

/** docs.joinforage.app/reference/events. The payment sheet's `usecase` is inferred. */
export interface ElementEvent {
  readonly type: 'ready' | 'change'
  readonly usecase: ElementType
  readonly error: { readonly message: string } | null
}

type ElementHandler = (event: ElementEvent) => void
type ElementHandlers = Readonly<Record<ElementEvent['type'], ElementHandler[]>>

export interface ForageElement {
  mount(htmlElementId: string): void
  on(event: ElementEvent['type'], handler: ElementHandler): void
  clear(): void
  destroy(): void
}

/** The options of an element, as the SDK uses them. */
export interface ElementOptions {
  /** What a click on the page's label of the container does. */
  readonly labelClick: 'ignore' | 'focus'
  readonly style: CssStyle
  readonly sheet?: SheetLook
}

/** The SDK's view of an element. */
export interface ElementParts {
  readonly element: ForageElement
  readonly type: ElementType
  submit(request: InputRequest): Promise<InputAnswer>
}

export function createElementParts(
  origins: ForageSdkOrigins,
  type: ElementType,
  options: ElementOptions,
): ElementParts {
  const handlers: ElementHandlers = { ready: [], change: [] }
  const frame = createFrame(origins, type)
  const emit = (event: ElementEvent['type'], message: string | null): void => {
    const error = message === null ? null : { message }
    for (const handler of handlers[event]) handler({ type: event, usecase: type, error })
  }
  const channel = connectFrame(origins, frame, options, emit)
  const onClick = ({ target }: MouseEvent): void => {
    const label = target instanceof Element ? target.closest('label') : null
    const placeId = frame.parentElement?.id
    if (label && placeId && label.htmlFor === placeId) channel.focus()
  }
  if (options.labelClick === 'focus') document.addEventListener('click', onClick)
  const element: ForageElement = {
    mount: (htmlElementId) => {
      const place = document.getElementById(htmlElementId)
      if (!place) throw new Error(`There is no HTML element with the id "${htmlElementId}" to mount into.`)
      place.append(frame)
    },
    on: (event, handler) => {
      if (!Object.hasOwn(handlers, event))
        throw new TypeError(`element.on(event): there is no event "${event}".`)
      handlers[event].push(handler)
    },
    clear: () => channel.clear(),
    destroy: () => {
      document.removeEventListener('click', onClick)
      channel.close()
      frame.remove()
    },
  }
  return { element, type, submit: (request) => channel.submit(request) }
}

function createFrame(origins: ForageSdkOrigins, type: ElementType): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  const address = new URL('/sdk/input/', origins.vault)
  address.searchParams.set('kind', type)
  address.searchParams.set('parent', location.origin)
  const titles = {
    tokenize_card: 'EBT card number',
    collect_pin: 'EBT card PIN',
    payment_sheet: 'HSA or FSA card',
  }
  frame.src = address.href
  frame.title = titles[type]
  Object.assign(frame.style, {
    border: '0',
    colorScheme: 'inherit',
    display: 'block',
    height: '48px',
    width: '100%',
  })
  return frame
}

interface FrameChannel {
  submit(request: InputRequest): Promise<InputAnswer>
  clear(): void
  focus(): void
  close(): void
}

type Pending = Map<number, (answer: InputAnswer) => void>

/** Opens a port when this frame, from this origin, sends `ready`. A frame that is mounted again sends it again. */
function connectFrame(
  origins: ForageSdkOrigins,
  frame: HTMLIFrameElement,
  options: ElementOptions,
  emit: (event: ElementEvent['type'], message: string | null) => void,
): FrameChannel {
  const pending: Pending = new Map()
  let port: MessagePort | undefined
  const receive = (message: FromInput): void => {
    if (message.type === 'ready') emit('ready', null)
    else if (message.type === 'change') emit('change', message.problem)
    else if (message.type === 'enter') submitPageForm(frame)
    else if (message.type === 'size') frame.style.height = `${message.height}px`
    else {
      pending.get(message.id)?.(message.answer)
      pending.delete(message.id)
    }
  }
  const onMessage = (event: MessageEvent<InputReady>): void => {
    if (event.source === null || event.source !== frame.contentWindow || event.origin !== origins.vault)
      return
    port?.close()
    giveUp(pending)
    port = openPort(origins, frame, options, receive)
  }
  window.addEventListener('message', onMessage)
  return {
    // A frame that the page removed is gone, and its port takes messages without an answer.
    submit: (request) => submitThrough(frame.isConnected ? port : undefined, pending, request),
    clear: () => port?.postMessage({ type: 'clear' } satisfies ToInput),
    focus: () => {
      frame.focus()
      port?.postMessage({ type: 'focus' } satisfies ToInput)
    },
    close: () => {
      window.removeEventListener('message', onMessage)
      port?.close()
      port = undefined
      giveUp(pending)
    },
  }
}

/** Answers requests whose frame is gone. Whether they reached the vault is unknown. */
function giveUp(pending: Pending): void {
  for (const answer of pending.values()) answer({ status: 0, body: null })
  pending.clear()
}

function openPort(
  origins: ForageSdkOrigins,
  frame: HTMLIFrameElement,
  options: ElementOptions,
  onMessage: (message: FromInput) => void,
): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', (event: MessageEvent<FromInput>) => onMessage(event.data))
  port1.start()
  const { style, sheet } = options
  const connect: InputConnect = { forage: 'connect', style, ...(sheet && { sheet }) }
  frame.contentWindow?.postMessage(connect, origins.vault, [port2])
  return port1
}

/**
 * Submits the page's form around the element, as Enter does in the form's own inputs (HTML, "implicit submission"). No
 * event of the SDK is documented for Enter, so the form's `submit` event is all that the page gets.
 */
function submitPageForm(frame: HTMLIFrameElement): void {
  const form = frame.closest('form')
  const controls = Array.from(form?.elements ?? []) as (HTMLButtonElement | HTMLInputElement)[]
  const button = controls.find(({ type }) => type === 'submit')
  // A click on a disabled button does nothing.
  if (button) button.click()
  else form?.requestSubmit()
}

async function submitThrough(
  port: MessagePort | undefined,
  pending: Pending,
  request: InputRequest,
): Promise<InputAnswer> {
  if (!port) {
    const message = 'The element is not ready: mount it and wait for "ready".'
    return { status: 400, body: { errors: [{ code: 'user_error', message }] } }
  }
  const id = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  return new Promise((resolve) => {
    pending.set(id, resolve)
    port.postMessage({ type: 'submit', id, request } satisfies ToInput)
  })
}

export const elementFunctions: readonly ((...args: never[]) => unknown)[] = [
  createElementParts,
  createFrame,
  connectFrame,
  giveUp,
  openPort,
  submitPageForm,
  submitThrough,
]
