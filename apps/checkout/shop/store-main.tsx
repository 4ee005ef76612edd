import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { createShopQueries } from './client/shop-queries.ts'
import { Store } from './store/store.tsx'

const queries = createShopQueries('/api/store/account')

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Store />
    </QueryClientProvider>
  </StrictMode>,
)
