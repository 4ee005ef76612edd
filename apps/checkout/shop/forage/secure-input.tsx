import type { ForageElement, ForageElementType, UseForageSdkResult } from '@forage-session/react'
import { useEffect, useId, useState, type ReactNode } from 'react'

export type ForageSdk = UseForageSdkResult

export interface SecureInputProps {
  sdk: ForageSdk
  type: ForageElementType
  label: string
  hint: string
  /** The element while it can be typed into. */
  onElement: (element: ForageElement | undefined) => void
}

/** The page draws the box, in which the SDK's own frame looks like an input of the page. */
const inputStyle = { borderWidth: '0' }

/** An input of Forage's, in a frame of its vault: what is typed never reaches this page. */
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
    const element = createElement(type, inputStyle)
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
