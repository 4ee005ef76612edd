import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { createShopQueries } from './client/shop-queries.ts'
import { Shop } from './shop.tsx'

const queries = createShopQueries()

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Shop />
    </QueryClientProvider>
  </StrictMode>,
)
