import type { Metadata } from 'next'
import type { ReactNode } from 'react'

// No icon to ask for.
export const metadata: Metadata = { icons: 'data:,' }

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
