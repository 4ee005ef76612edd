import type {
  FromInput,
  InputAnswer,
  InputConnect,
  InputReady,
  InputRequest,
  ToInput,
} from './sdk-messages.ts'

/*
 * The script of an input's iframe. The emulator serves these functions as text, so they use only each other and the
 * browser. The embedding page never sees the typed digits: the input adds them to the request and sends it.
 */

type InputKind = 'tokenize_card' | 'collect_pin'

interface InputRules {
  readonly label: string
  readonly type: string
  readonly maxLength: number
  isValid(digits: string): boolean
  complete(body: Readonly<Record<string, unknown>>, digits: string): Record<string, unknown>
}

function inputRules(kind: InputKind): InputRules {
  if (kind === 'collect_pin')
    return {
      label: 'EBT card PIN',
      type: 'password',
      maxLength: 4,
      isValid: (digits) => digits.length === 4,
      complete: (body, pin) => ({ ...body, pin }),
    }
  return {
    label: 'EBT card number',
    type: 'text',
    maxLength: 23,
    // docs.joinforage.app/docs/how-to-trigger-exceptions: the client refuses sixteen ones.
    isValid: (digits) => [16, 18, 19].includes(digits.length) && digits !== '1'.repeat(16),
    complete: (body, number) => ({ ...body, card: { number } }),
  }
}

/** Runs the input. Its address names its kind and the origin of the embedding page. */
function secureInput(): void {
  const address = new URLSearchParams(location.search)
  const rules = inputRules(address.get('kind') === 'collect_pin' ? 'collect_pin' : 'tokenize_card')
  const parentOrigin = address.get('parent') ?? ''
  const input = showInput(rules)
  window.addEventListener('message', (event: MessageEvent<InputConnect>) => {
    const [port] = event.ports
    if (event.source !== window.parent || event.origin !== parentOrigin) return
    if (event.data.forage === 'connect' && port) connectInput(input, rules, port, event.data.style)
  })
  const ready: InputReady = { forage: 'ready' }
  window.parent.postMessage(ready, parentOrigin)
}

function showInput(rules: InputRules): HTMLInputElement {
  const input = document.createElement('input')
  input.type = rules.type
  input.inputMode = 'numeric'
  input.autocomplete = 'off'
  input.maxLength = rules.maxLength
  input.setAttribute('aria-label', rules.label)
  input.addEventListener('input', () => {
    const cleaned = input.value.replaceAll(/[^\d ]/g, '')
    if (cleaned !== input.value) input.value = cleaned
  })
  document.title = rules.label
  // A browser expects a password field in a form. The form has nothing to submit.
  const form = document.createElement('form')
  form.addEventListener('submit', (event) => event.preventDefault())
  form.append(input)
  document.body.append(form)
  return input
}

function connectInput(
  input: HTMLInputElement,
  rules: InputRules,
  port: MessagePort,
  style: Readonly<Record<string, string>>,
): void {
  Object.assign(input.style, style)
  const send = (message: FromInput): void => port.postMessage(message)
  const digits = (): string => input.value.replaceAll(' ', '')
  input.addEventListener('input', () => {
    send({ type: 'change', state: { empty: digits() === '', valid: rules.isValid(digits()) } })
  })
  port.addEventListener('message', ({ data }: MessageEvent<ToInput>) => {
    if (data.type === 'clear') input.value = ''
    else
      void submitInput(input, rules, digits(), data.request).then((answer) =>
        send({ type: 'answer', id: data.id, answer }),
      )
  })
  port.start()
}

/** Sends the request. Clears a PIN before the result is known, as the mobile SDKs do. */
async function submitInput(
  input: HTMLInputElement,
  rules: InputRules,
  digits: string,
  request: InputRequest,
): Promise<InputAnswer> {
  if (!rules.isValid(digits)) return incompleteInput(rules)
  if (rules.type === 'password') input.value = ''
  return sendFromInput(request, rules.complete(request.body, digits))
}

/** Returns code, status and words of the mobile SDKs for an incomplete PIN: forage-ios-sdk Constants.swift. */
function incompleteInput({ label, type }: InputRules): InputAnswer {
  const message =
    type === 'password'
      ? 'Invalid EBT Card PIN entered. Please enter your 4-digit PIN.'
      : `Invalid input: the ${label} is incomplete or not valid.`
  return { status: 400, body: { errors: [{ code: 'user_error', message }] } }
}

/** Sends the request to the input's own origin, so that no page can redirect a card number. */
async function sendFromInput(
  { path, headers }: InputRequest,
  body: Readonly<Record<string, unknown>>,
): Promise<InputAnswer> {
  try {
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, body: await response.json().catch(() => null) }
  } catch {
    return { status: 0, body: null }
  }
}

/** Returns the script to serve. */
export function secureInputScript(): string {
  const parts = [
    inputRules,
    secureInput,
    showInput,
    connectInput,
    submitInput,
    incompleteInput,
    sendFromInput,
  ]
  return `(() => {\n${parts.map(String).join('\n')}\n${secureInput.name}()\n})()\n`
}
