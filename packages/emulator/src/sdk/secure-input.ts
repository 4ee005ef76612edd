import type { InputField, inputForm, InputForm } from './input-form.ts'
import type {
  CssStyle,
  ElementType,
  FromInput,
  InputAnswer,
  InputConnect,
  InputReady,
  InputRequest,
  SheetStyles,
  ToInput,
} from './sdk-messages.ts'

/*
 * The script of an element's iframe. The emulator serves these functions as text, so they use only each other and the
 * browser; the first one gets `inputForm` as an argument. The embedding page never sees the typed text: the iframe adds
 * it to the request and sends it.
 */

/** The switches of the emulator that change an input. */
export interface InputSettings {
  readonly enterKey: 'submit' | 'ignore'
  readonly frameFocus: 'input' | 'none'
  readonly incompleteInput: 'error' | 'silent'
  readonly clearEvent: 'none' | 'change'
  readonly placeholderName: string
}

interface ShownField {
  readonly field: InputField
  readonly input: HTMLInputElement
  readonly label: HTMLLabelElement
  /** Whether the customer typed since the last clear. */
  isDirty: boolean
}

interface ShownForm {
  readonly form: InputForm
  readonly shown: readonly ShownField[]
}

/** The styles of the fields, and of a field with a wrong text. */
interface Look {
  readonly usual: SheetStyles
  readonly wrong: SheetStyles
}

/** Runs the iframe. Its address names its type and the origin of the embedding page. */
function secureInput(settings: InputSettings, formOf: typeof inputForm): void {
  const address = new URLSearchParams(location.search)
  const parentOrigin = address.get('parent') ?? ''
  const form = showForm(formOf(address.get('kind') as ElementType))
  if (settings.frameFocus === 'input') window.addEventListener('focus', () => focusOnlyInput(form))
  let isConnected = false
  window.addEventListener('message', (event: MessageEvent<InputConnect>) => {
    const [port] = event.ports
    if (event.source !== window.parent || event.origin !== parentOrigin) return
    if (isConnected || event.data.forage !== 'connect' || !port) return
    isConnected = true
    connectForm(form, settings, port, event.data)
  })
  const ready: InputReady = { forage: 'ready' }
  window.parent.postMessage(ready, parentOrigin)
}

function showForm(form: InputForm): ShownForm {
  // A browser expects a password field in a form. The form has nothing to submit.
  const element = document.createElement('form')
  element.addEventListener('submit', (event) => event.preventDefault())
  // The page has the label of an element with one input.
  const hasLabels = form.fields.length > 1
  const shown = form.fields.map((field) => showField(field, hasLabels))
  element.append(...shown.map(({ label }) => label))
  document.body.append(element)
  document.title = hasLabels ? 'HSA or FSA card' : (form.fields[0]?.label ?? '')
  return { form, shown }
}

/** Focuses the input, unless the customer is in it already. */
function focusOnlyInput({ shown }: ShownForm): void {
  const [first, second] = shown
  if (first && !second && document.activeElement !== first.input) first.input.focus({ preventScroll: true })
}

function showField(field: InputField, hasLabel: boolean): ShownField {
  const label = document.createElement('label')
  const input = document.createElement('input')
  input.name = field.name
  for (const [name, value] of Object.entries(field.attributes)) input.setAttribute(name, value)
  if (hasLabel) label.append(document.createElement('span'), input)
  else label.append(input)
  nameField(label, input, field.label)
  return { field, input, label, isDirty: false }
}

function nameField(label: HTMLLabelElement, input: HTMLInputElement, name: string): void {
  const words = label.querySelector('span')
  if (words) words.textContent = name
  else input.setAttribute('aria-label', name)
}

function connectForm(
  shownForm: ShownForm,
  settings: InputSettings,
  port: MessagePort,
  { style, sheet }: InputConnect,
): void {
  const { shown } = shownForm
  const send = (message: FromInput): void => port.postMessage(message)
  const onChange = (): void => send({ type: 'change', problem: currentProblem(shown, settings) })
  const none: SheetStyles = { inputStyles: {}, labelStyles: {} }
  const { styles = none, errorStyles = none, fields = {} } = sheet ?? {}
  const look: Look = {
    usual: { inputStyles: { ...style, ...styles.inputStyles }, labelStyles: styles.labelStyles },
    wrong: errorStyles,
  }
  for (const { field, input, label } of shown) {
    const { labelText, [settings.placeholderName]: placeholder } = fields[field.name] ?? {}
    if (labelText !== undefined) nameField(label, input, labelText)
    if (placeholder !== undefined) input.placeholder = placeholder
    if (settings.enterKey === 'submit')
      input.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && !event.isComposing && !event.repeat) send({ type: 'enter' })
      })
  }
  for (const each of shown) listenTo(each, look, onChange)
  const empty = (): void => {
    for (const each of shown) emptyField(each, look)
    if (settings.clearEvent === 'change') onChange()
  }
  port.addEventListener('message', ({ data }: MessageEvent<ToInput>) => {
    if (data.type === 'clear') empty()
    else if (data.type === 'focus') shown[0]?.input.focus()
    else
      void submitForm(shownForm, empty, data.request).then((answer) =>
        send({ type: 'answer', id: data.id, answer }),
      )
  })
  port.start()
  new ResizeObserver(([entry]) => {
    if (entry) send({ type: 'size', height: entry.contentRect.height })
  }).observe(document.body)
  send({ type: 'ready' })
}

/** The error styles come when the field loses the focus, and go with the next input, as documented. */
function listenTo(each: ShownField, look: Look, onChange: () => void): void {
  const { field, input } = each
  mark(each, look, false)
  input.addEventListener('input', (event) => {
    each.isDirty = true
    keepFormat(each, event instanceof InputEvent && event.inputType.startsWith('delete'))
    mark(each, look, false)
    onChange()
  })
  input.addEventListener('blur', () => mark(each, look, each.isDirty && field.problem(input.value) !== null))
}

function emptyField(each: ShownField, look: Look): void {
  each.input.value = ''
  each.isDirty = false
  mark(each, look, false)
}

function currentProblem(shown: readonly ShownField[], { incompleteInput }: InputSettings): string | null {
  for (const { field, input } of shown) {
    const problem = field.problem(input.value)
    if (problem && !(problem.isIncomplete && incompleteInput === 'silent')) return problem.message
  }
  return null
}

/** Formats the text and keeps the caret behind the same character. */
function keepFormat({ field, input }: ShownField, isDeletion: boolean): void {
  const { value, selectionStart } = input
  const formatted = field.format(value, isDeletion)
  if (formatted === value) return
  input.value = formatted
  const isAtEnd = selectionStart === null || selectionStart === value.length
  const caret = isAtEnd ? formatted.length : field.format(value.slice(0, selectionStart), isDeletion).length
  input.setSelectionRange(caret, caret)
}

/** Shows in the field's own styles and to screen readers whether its text is wrong. */
function mark({ input, label }: ShownField, { usual, wrong }: Look, isWrong: boolean): void {
  if (isWrong) input.setAttribute('aria-invalid', 'true')
  else input.removeAttribute('aria-invalid')
  dress(input, isWrong ? { ...usual.inputStyles, ...wrong.inputStyles } : usual.inputStyles)
  dress(label, isWrong ? { ...usual.labelStyles, ...wrong.labelStyles } : usual.labelStyles)
}

function dress(element: HTMLElement, style: CssStyle): void {
  element.removeAttribute('style')
  for (const [name, value] of Object.entries(style)) {
    if (name.startsWith('--')) element.style.setProperty(name, value)
    else Object.assign(element.style, { [name]: value })
  }
}

/** Sends the request. Empties a PIN before the result is known, as the mobile SDKs do. */
async function submitForm(
  { form, shown }: ShownForm,
  empty: () => void,
  request: InputRequest,
): Promise<InputAnswer> {
  const texts = Object.fromEntries(shown.map(({ field, input }) => [field.name, input.value]))
  const isComplete = shown.every(({ field, input }) => input.value !== '' && !field.problem(input.value))
  if (!isComplete) return { status: 400, body: { errors: [form.refusal(texts)] } }
  if (form.isSecret) empty()
  return sendFromInput(request, form.complete(request.body, texts))
}

/** Sends the request to the iframe's own origin, so that no page can redirect a card number. */
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

export const inputFunctions: readonly ((...args: never[]) => unknown)[] = [
  secureInput,
  showForm,
  focusOnlyInput,
  showField,
  nameField,
  connectForm,
  listenTo,
  emptyField,
  currentProblem,
  keepFormat,
  mark,
  dress,
  submitForm,
  sendFromInput,
]
