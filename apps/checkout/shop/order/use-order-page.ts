import { useEffect, useState } from 'react'

type OrderPageModule = typeof import('./order-page.tsx')

/**
 * Loads the pages of an order ahead of time, while the customer looks at the cart, so that the cart opens sooner. Returns
 * undefined until they are loaded.
 */
export function useOrderPage(): OrderPageModule | 'failed' | undefined {
  const [loaded, setLoaded] = useState<OrderPageModule | 'failed'>()
  useEffect(() => {
    const load = async (): Promise<void> => {
      try {
        setLoaded(await import('./order-page.tsx'))
      } catch {
        setLoaded('failed')
      }
    }
    void load()
  }, [])
  return loaded
}
