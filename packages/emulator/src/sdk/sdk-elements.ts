import type {
  FromInput,
  InputAnswer,
  InputConnect,
  InputReady,
  InputRequest,
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

export type ElementType = 'tokenize_card' | 'collect_pin'

interface ElementHandlers {
  readonly ready: ((state: object) => void)[]
  readonly change: ((state: { empty: boolean; valid: boolean }) => void)[]
}

export interface ForageElement {
  mount(htmlElementId: string): void
  on(event: 'ready' | 'change', handler: (state: object) => void): void
  clear(): void
  destroy(): void
}

/** The SDK's view of an element. */
export interface ElementParts {
  readonly element: ForageElement
  submit(request: InputRequest): Promise<InputAnswer>
}

export function createElementParts(
  origins: ForageSdkOrigins,
  type: ElementType,
  style: Readonly<Record<string, string>>,
): ElementParts {
  const handlers: ElementHandlers = { ready: [], change: [] }
  const frame = createFrame(origins, type)
  const channel = connectFrame(origins, frame, style, handlers)
  const element: ForageElement = {
    mount: (htmlElementId) => {
      const place = document.getElementById(htmlElementId)
      if (!place) throw new Error(`There is no HTML element with the id "${htmlElementId}" to mount into.`)
      place.append(frame)
    },
    on: (event, handler) => void handlers[event].push(handler),
    clear: () => channel.clear(),
    destroy: () => {
      channel.close()
      frame.remove()
    },
  }
  return { element, submit: (request) => channel.submit(request) }
}

function createFrame(origins: ForageSdkOrigins, type: ElementType): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  const address = new URL('/sdk/input/', origins.vault)
  address.searchParams.set('kind', type)
  address.searchParams.set('parent', location.origin)
  frame.src = address.href
  frame.title = type === 'collect_pin' ? 'EBT card PIN' : 'EBT card number'
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
  close(): void
}

/** Opens a port when this frame, from this origin, sends `ready`. A frame that is mounted again sends it again. */
function connectFrame(
  origins: ForageSdkOrigins,
  frame: HTMLIFrameElement,
  style: Readonly<Record<string, string>>,
  handlers: ElementHandlers,
): FrameChannel {
  const pending = new Map<number, (answer: InputAnswer) => void>()
  let port: MessagePort | undefined
  const onMessage = (event: MessageEvent<InputReady>): void => {
    if (event.source === null || event.source !== frame.contentWindow || event.origin !== origins.vault)
      return
    port?.close()
    port = openPort(origins, frame, style, (message) => receive(message, pending, handlers))
    for (const handler of handlers.ready) handler({})
  }
  window.addEventListener('message', onMessage)
  return {
    submit: (request) => submitThrough(port, pending, request),
    clear: () => port?.postMessage({ type: 'clear' } satisfies ToInput),
    close: () => {
      window.removeEventListener('message', onMessage)
      port?.close()
      port = undefined
      for (const answer of pending.values()) answer({ status: 0, body: null })
      pending.clear()
    },
  }
}

function openPort(
  origins: ForageSdkOrigins,
  frame: HTMLIFrameElement,
  style: Readonly<Record<string, string>>,
  onMessage: (message: FromInput) => void,
): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', (event: MessageEvent<FromInput>) => onMessage(event.data))
  port1.start()
  const connect: InputConnect = { forage: 'connect', style }
  frame.contentWindow?.postMessage(connect, origins.vault, [port2])
  return port1
}

function receive(
  message: FromInput,
  pending: Map<number, (answer: InputAnswer) => void>,
  handlers: ElementHandlers,
): void {
  if (message.type === 'change') {
    for (const handler of handlers.change) handler(message.state)
    return
  }
  pending.get(message.id)?.(message.answer)
  pending.delete(message.id)
}

async function submitThrough(
  port: MessagePort | undefined,
  pending: Map<number, (answer: InputAnswer) => void>,
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
  openPort,
  receive,
  submitThrough,
]
