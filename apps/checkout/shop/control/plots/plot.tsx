import { useId, type ReactNode } from 'react'

export interface PlotProps {
  title: string
  children: ReactNode
}

export function Plot({ title, children }: PlotProps): ReactNode {
  const id = useId()
  return (
    <section className="card plot" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
      <p className="axis small muted" aria-hidden="true">
        <span>5 min ago</span>
        <span>now</span>
      </p>
    </section>
  )
}
