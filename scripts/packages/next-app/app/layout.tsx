import type { Metadata } from 'next'
import type { ReactNode } from 'react'

// An empty icon, so that the browser requests none.
export const metadata: Metadata = { icons: 'data:,' }

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
