import type { ReactNode } from 'react'

import type { ShopConfig } from '../../src/merchant/api/shop-api.ts'

const docsUrl = 'https://github.com/forage-session/forage-session/tree/main/docs#readme'

const kinds: Readonly<Record<ShopConfig['forage'], string>> = {
  emulator: 'its payments go to an emulator, so no money moves.',
  sandbox: 'its payments go to the sandbox of Forage, so no money moves.',
  production: 'its payments go to Forage, so they move real money.',
}

/** Says in one sentence what the shop is. */
export function DemoSentence({ forage }: Pick<ShopConfig, 'forage'>): ReactNode {
  return (
    <p className="demo-sentence small">
      This grocery checkout with EBT is a demo of forage-session: {kinds[forage]}{' '}
      <a href={docsUrl} target="_blank" rel="noreferrer">
        Read the docs
      </a>
    </p>
  )
}
