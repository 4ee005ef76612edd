import type { ReactNode } from 'react'

import type { ShopConfig } from '../../src/merchant/api/shop-api.ts'

const docsUrl = 'https://github.com/forage-session/forage-session/tree/main/docs#readme'

const kinds: Readonly<Record<ShopConfig['forage'], string>> = {
  emulator: 'without real money.',
  sandbox: 'without real money.',
  production: 'with real money.',
}

/** Says in one sentence what the shop is. */
export function DemoSentence({ forage }: Pick<ShopConfig, 'forage'>): ReactNode {
  return (
    <aside className="demo-sentence small" aria-label="About this demo">
      This demo shop of forage-session takes EBT, {kinds[forage]}{' '}
      <a href={docsUrl} target="_blank" rel="noreferrer">
        Read the docs
      </a>
    </aside>
  )
}
