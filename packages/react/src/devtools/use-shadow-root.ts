import { useEffect, useRef, type ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'

import { useLayout } from '../shared/hook-tools.ts'
import { styles } from './ui/styles.ts'

/**
 * Renders `content` in a shadow root with a separate React root. So the content renders independently of the
 * application, and neither its events nor its errors reach the application. `place` inserts the host element into the
 * page.
 */
export function useShadowRoot(content: ReactNode, place: (host: HTMLElement) => void, nonce?: string): void {
  const root = useRef<Root>(undefined)
  const placed = useRef(place)
  useLayout(() => {
    const host = document.createElement('div')
    host.dataset['forageSessionDevtools'] = ''
    const shadow = host.attachShadow({ mode: 'open' })
    addStyles(shadow, nonce)
    const container = shadow.appendChild(document.createElement('div'))
    container.className = 'root'
    placed.current(host)
    const own = createRoot(container)
    root.current = own
    return () => {
      host.remove()
      // React forbids unmounting a root while another one renders.
      queueMicrotask(() => own.unmount())
    }
  }, [nonce])
  useEffect(() => root.current?.render(content))
}

/** A strict Content-Security-Policy allows a constructed style sheet without a nonce. */
function addStyles(shadow: ShadowRoot, nonce: string | undefined): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    shadow.adoptedStyleSheets = [sheet]
  } catch {
    const element = document.createElement('style')
    if (nonce !== undefined) element.nonce = nonce
    element.textContent = styles
    shadow.append(element)
  }
}
