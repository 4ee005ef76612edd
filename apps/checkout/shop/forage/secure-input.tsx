import type { ForageElement, ForageElementType, UseForageSdkResult } from '@forage-session/react'
import { useEffect, useId, useState, type ReactNode } from 'react'

export type ForageSdk = UseForageSdkResult

export interface SecureInputProps {
  sdk: ForageSdk
  type: ForageElementType
  label: string
  hint: string
  /** Receives the element once the customer can type into it, and undefined when it is removed. */
  onElement: (element: ForageElement | undefined) => void
}

/** The page draws the border, so that the SDK's frame looks like the page's own inputs. */
const inputStyle = { borderWidth: '0' }

/** An input in a frame of Forage's vault. The page never sees the typed digits. */
export function SecureInput({ sdk, type, label, hint, onElement }: SecureInputProps): ReactNode {
  const id = useId()
  const isReady = useMountedElement(sdk, type, `${id}-frame`, onElement)
  return (
    <fieldset className="field" aria-describedby={`${id}-hint`}>
      <legend className="label">{label}</legend>
      <div className={isReady ? 'secure-box' : 'secure-box loading'} id={`${id}-frame`} />
      <p className="muted small" id={`${id}-hint`}>
        {hint}
      </p>
    </fieldset>
  )
}

function useMountedElement(
  { createElement }: Pick<ForageSdk, 'createElement'>,
  type: ForageElementType,
  containerId: string,
  onElement: (element: ForageElement | undefined) => void,
): boolean {
  const [isReady, setReady] = useState(false)
  useEffect(() => {
    const element = createElement(type, { style: inputStyle })
    element.on('ready', () => {
      setReady(true)
      onElement(element)
    })
    element.mount(containerId)
    return () => {
      element.destroy()
      setReady(false)
      onElement(undefined)
    }
  }, [createElement, type, containerId, onElement])
  return isReady
}
