import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'

import { useElapsed } from '../use-world.ts'
import type { History, Mark, TokenLife } from '../world/history.ts'
import type { World } from '../world/world.ts'
import { spanAt, ticksOf, xOf } from './plot-scale.ts'
import { readableTime } from './readable-time.ts'

interface PlotProps {
  readonly history: History
  readonly world: World
}

const left = 84
const tokenLane = 16
const lanes: Readonly<Record<Mark['kind'], { readonly y: number; readonly name: string }>> = {
  minted: { y: 50, name: 'New token' },
  answered: { y: 72, name: 'Answered' },
  rejected: { y: 94, name: 'Rejected' },
  failed: { y: 116, name: 'Failed' },
}
const bottom = 130

/** Draws the life of each token, and below it each request to the API. */
export function Plot({ history, world }: PlotProps): ReactNode {
  const now = useElapsed(world)
  const figure = useRef<HTMLElement>(null)
  const width = useWidth(figure)
  const span = spanAt(now)
  const x = (at: number): number => left + xOf(span, at, width - left - 28)
  return (
    <figure className="pg-plot" ref={figure}>
      <svg width={width} height={152} role="img" aria-label={descriptionOf(history)}>
        {ticksOf(span, width / 110).map((at) => (
          <g key={at}>
            <line className="pg-grid" x1={x(at)} x2={x(at)} y1={8} y2={bottom} />
            <text className="pg-axis" x={x(at)} y={146} textAnchor="middle">
              {readableTime(at)}
            </text>
          </g>
        ))}
        <text className="pg-axis" x={0} y={tokenLane + 4}>
          Token
        </text>
        {Object.values(lanes).map(({ y, name }) => (
          <text key={name} className="pg-axis" x={0} y={y + 4}>
            {name}
          </text>
        ))}
        {history.tokens.map((life, index) => (
          // The backend may give the same token twice.
          <Life
            key={`${life.fingerprint} ${life.from}`}
            life={life}
            now={now}
            x={x}
            isLower={index % 2 > 0}
          />
        ))}
        {history.marks
          .filter(({ at }) => at >= span.from)
          .map(({ at, kind }, index) => (
            <circle key={index} className={`pg-${kind}`} cx={x(at)} cy={lanes[kind].y} r={4} />
          ))}
        <line className="pg-now" x1={x(now)} x2={x(now)} y1={4} y2={bottom} />
      </svg>
      <figcaption className="pg-muted">
        The bar is the life of the session’s token, dotted until its end. Each dot is a request to Forage:
        rejected means 401. The vertical line is now.
      </figcaption>
    </figure>
  )
}

interface LifeProps {
  readonly life: TokenLife
  readonly now: number
  readonly x: (at: number) => number
  /** Each second life is drawn lower, so that two do not touch. */
  readonly isLower: boolean
}

function Life({ life, now, x, isLower }: LifeProps): ReactNode {
  const { from, endedAt, expiresAt } = life
  const y = tokenLane + (isLower ? 10 : -4)
  const width = Math.max(2, x(Math.min(endedAt ?? expiresAt, now)) - x(from))
  return (
    <g>
      <rect className="pg-life" x={x(from)} y={y - 4} width={width} height={8} rx={2} />
      {endedAt === undefined && expiresAt > now && (
        <line className="pg-rest" x1={x(now)} x2={x(expiresAt)} y1={y} y2={y} />
      )}
    </g>
  )
}

/** Returns the width of an element in CSS pixels, so that the plot's text has the size of other text. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0))
    if (element.current) observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return Math.max(width, 240)
}

function descriptionOf({ tokens, marks }: History): string {
  const rejected = marks.filter(({ kind }) => kind === 'rejected').length
  return `Plot of the tokens and requests below. Tokens: ${tokens.length}. Requests: ${marks.length}. Rejected requests: ${rejected}.`
}
