import { isSdkRejection } from '@forage-session/core'
import type { ForageElement, ForageElementEvent, ForageElementType } from '@forage-session/react'
import { useCallback, useId, useRef, useState, type ReactNode, type SyntheticEvent } from 'react'

import { Notice } from '../ui/notice.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { useSinglePress } from '../ui/use-single-press.ts'
import { paymentProblem } from './payment-problem.ts'
import { SdkProblem } from './sdk-problem.tsx'
import { focusFrame, SecureInput, type ForageSdk } from './secure-input.tsx'
import { wrongInput, type InputState } from './wrong-input.ts'

export interface SecureFormProps {
  sdk: ForageSdk
  type: ForageElementType
  label: string
  hint: string
  /** The text if the customer must type again because the token was refused. */
  reentry: string
  /** The text of the button. */
  action: string
  isPending: boolean
  /** The text of the button while `isPending` is true. */
  pending: string
  /** The error of the last attempt. */
  error: Error | null
  /** Whether the input must not be created yet. Its place is kept, so that nothing moves later. */
  isWaiting?: boolean
  /** Whether the input takes the focus as soon as the customer can type. */
  isFocused?: boolean
  onSubmit: (element: ForageElement) => Promise<unknown>
  /** More buttons after the first. */
  children?: ReactNode
}

/** One secure input with its button and its errors. Enter in the input submits the form, if the SDK passes it on. */
export function SecureForm({ sdk, children, ...form }: SecureFormProps): ReactNode {
  const { type, label, hint, isPending, error } = form
  const [attempt, setAttempt] = useState(0)
  const input = useSecureInput(form)
  const problem = fieldProblem(form, input.wrong, sdk.needsReentry)
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault()
    input.submit()
  }
  return (
    <form className="secure-form" onSubmit={onSubmit}>
      <SecureInput
        key={attempt}
        frameId={input.frameId}
        sdk={sdk}
        type={type}
        label={label}
        hint={hint}
        isWaiting={form.isWaiting ?? false}
        problem={problem}
        onElement={input.onElement}
        onInput={input.onInput}
      />
      {sdk.status === 'failed' ? (
        <SdkProblem onRetry={() => setAttempt((last) => last + 1)} />
      ) : (
        error &&
        !problem && <FormProblem error={error} reentry={sdk.needsReentry ? form.reentry : undefined} />
      )}
      <div className="actions">
        <PrimaryButton isDisabled={!input.isReady || isPending}>
          {isPending ? form.pending : form.action}
        </PrimaryButton>
        {children}
      </div>
    </form>
  )
}

/** Returns what is wrong with the input, as far as the customer can correct it there. */
function fieldProblem(
  { type, error }: Pick<SecureFormProps, 'type' | 'error'>,
  wrong: InputState | undefined,
  needsReentry: boolean,
): ReactNode {
  if (wrong) return wrongInput(type, wrong)
  if (!error || needsReentry) return undefined
  const { title, whatToDo, change } = paymentProblem(error)
  if (change !== 'input') return undefined
  return (
    <>
      {title}. <span>{whatToDo}</span>
    </>
  )
}

interface SecureInputState {
  frameId: string
  isReady: boolean
  /** The reason why the customer could not submit the typed text. */
  wrong: InputState | undefined
  onElement: (element: ForageElement | undefined) => void
  onInput: (event: ForageElementEvent) => void
  submit: () => void
}

/** The time in which an event of the SDK's frame arrives on a slow phone. */
const lateEventMs = 300

function useSecureInput(form: Omit<SecureFormProps, 'sdk'>): SecureInputState {
  const frameId = `${useId()}-frame`
  const [element, setElement] = useState<ForageElement>()
  const typed = useRef<InputState>('unknown')
  const [wrong, setWrong] = useState<InputState>()
  /** Whether the input is what the customer has to change next. A frame that is replaced then takes the focus again. */
  const isNext = useRef(form.isFocused ?? false)
  /** Whether the next frame takes the focus from the button. */
  const mustFocus = useRef(false)
  const latest = useRef<ForageElement>(undefined)
  const onElement = useCallback(
    (next: ForageElement | undefined) => {
      setElement(next)
      latest.current = next
      if (next && isNext.current && (mustFocus.current || !isFocusElsewhere())) focusFrame(frameId)
      if (next) mustFocus.current = false
    },
    [frameId],
  )
  const onInput = useCallback(({ error }: ForageElementEvent) => {
    isNext.current = false
    typed.current = error ? (/incomplete/i.test(error.message) ? 'incomplete' : 'invalid') : 'complete'
    // Once marked, the field follows what the customer types.
    setWrong((last) => last && (error ? typed.current : undefined))
  }, [])
  const refuse = (reason: InputState | undefined): void => {
    setWrong(reason)
    isNext.current = true
    focusFrame(frameId)
  }
  /** The token of this element was refused, so another frame replaces it. A frame that is loading cannot take the focus. */
  const retype = (sent: ForageElement): void => {
    typed.current = 'unknown'
    isNext.current = true
    if (latest.current && latest.current !== sent) focusFrame(frameId)
    else mustFocus.current = true
  }
  const submit = useSinglePress(async () => {
    if (!element) return
    // The event about the last digit comes from another frame: it may be later than the press of the button.
    if (typed.current === 'incomplete') await new Promise((resolve) => setTimeout(resolve, lateEventMs))
    if (typed.current === 'incomplete' || typed.current === 'invalid') return refuse(typed.current)
    setWrong(undefined)
    try {
      await form.onSubmit(element)
    } catch (error) {
      const { code } = Object(error) as { code?: unknown }
      const isIncomplete = code === 'user_error'
      if (isSdkRejection(error)) return retype(element)
      // The SDK empties a PIN that it sent.
      if (form.type === 'collect_pin') typed.current = 'unknown'
      if (isIncomplete || form.type === 'collect_pin') refuse(isIncomplete ? 'incomplete' : undefined)
    }
  })
  return { frameId, isReady: element !== undefined, wrong, onElement, onInput, submit }
}

/** Returns whether the customer is somewhere else on the page. The focus is on `body` if its element was removed. */
function isFocusElsewhere(): boolean {
  const { activeElement, body } = document
  return activeElement !== null && activeElement !== body && activeElement.tagName !== 'H1'
}

function FormProblem({ error, reentry }: { error: Error; reentry: string | undefined }): ReactNode {
  if (reentry !== undefined) return <Notice tone="info">{reentry}</Notice>
  const { title, whatToDo } = paymentProblem(error)
  return (
    <Notice tone="error" title={title}>
      {whatToDo}
    </Notice>
  )
}
