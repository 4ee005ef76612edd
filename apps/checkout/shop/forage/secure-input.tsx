import type {
  ForageElement,
  ForageElementEvent,
  ForageElementType,
  UseForageSdkResult,
} from '@forage-session/react'
import { useEffect, useState, type ReactNode } from 'react'

export type ForageSdk = UseForageSdkResult

export interface SecureInputProps {
  /** The id of the element around the SDK's frame. */
  frameId: string
  sdk: ForageSdk
  type: ForageElementType
  label: string
  hint: string
  /** Whether the input must not be created yet. */
  isWaiting: boolean
  /** The message at the field. It also marks the field. */
  problem: ReactNode
  /** Receives the element once the customer can type into it, and undefined when it is removed. */
  onElement: (element: ForageElement | undefined) => void
  onInput: (event: ForageElementEvent) => void
}

/** The page draws the border, so that the SDK's frame looks like the page's own inputs. */
const inputStyle = { borderWidth: '0' }

/** An input in a frame of Forage's vault. The page never sees the typed digits. */
export function SecureInput({ label, hint, problem, ...props }: SecureInputProps): ReactNode {
  const { frameId } = props
  const isReady = useMountedElement(props)
  const isFocused = useFrameFocus(frameId, isReady)
  const isWrong = Boolean(problem)
  const state = `${isReady ? '' : ' loading'}${isWrong ? ' wrong' : ''}${isFocused ? ' focused' : ''}`
  return (
    <fieldset className="field" aria-describedby={`${frameId}-hint`}>
      <legend className="label">{label}</legend>
      <div className={`secure-box${state}`} id={frameId} />
      <div id={`${frameId}-hint`}>
        {isWrong ? (
          <p className="field-problem small" role="alert">
            {problem}
          </p>
        ) : (
          <p className="muted small">{hint}</p>
        )}
      </div>
    </fieldset>
  )
}

/** Moves the focus into the SDK's frame. */
export function focusFrame(frameId: string): void {
  frameIn(frameId)?.focus()
}

function frameIn(frameId: string): HTMLIFrameElement | null | undefined {
  return document.getElementById(frameId)?.querySelector('iframe')
}

/** Returns whether the focus is in the frame. The page must know, because no CSS selector of the page matches then. */
function useFrameFocus(frameId: string, isReady: boolean): boolean {
  const [isFocused, setFocused] = useState(false)
  useEffect(() => {
    if (!isReady) return undefined
    const read = (): void => setFocused(document.activeElement === frameIn(frameId))
    // Firefox moves the focus after these events.
    const readLater = (): void => void setTimeout(read)
    const events = ['blur', 'focus', 'focusin']
    read()
    for (const event of events) window.addEventListener(event, readLater)
    return () => {
      for (const event of events) window.removeEventListener(event, readLater)
    }
  }, [frameId, isReady])
  return isReady && isFocused
}

type ElementPlace = Pick<SecureInputProps, 'frameId' | 'sdk' | 'type' | 'isWaiting' | 'onElement' | 'onInput'>

function useMountedElement({ sdk, frameId, type, isWaiting, onElement, onInput }: ElementPlace): boolean {
  const { createElement } = sdk
  const [isReady, setReady] = useState(false)
  useEffect(() => {
    if (isWaiting) return undefined
    const element = createElement(type, { style: inputStyle })
    element.on('ready', () => {
      setReady(true)
      onElement(element)
    })
    element.on('change', onInput)
    element.mount(frameId)
    return () => {
      element.destroy()
      setReady(false)
      onElement(undefined)
    }
  }, [createElement, type, isWaiting, frameId, onElement, onInput])
  return isReady
}
