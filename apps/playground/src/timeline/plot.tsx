import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'

import type { History, Mark } from '../world/history.ts'
import { minuteTicks, spanAt, xOf } from './plot-scale.ts'

interface PlotProps {
  readonly history: History
  readonly now: number
}

const left = 84
const lanes = { tokens: 18, answered: 52, refused: 74, minted: 96 }
const bottom = 112

const laneOf: Readonly<Record<Mark['kind'], number>> = {
  answered: lanes.answered,
  rejected: lanes.refused,
  failed: lanes.refused,
  minted: lanes.minted,
}

const names: Readonly<Record<Mark['kind'], string>> = {
  answered: 'answered',
  rejected: 'rejected (401)',
  failed: 'failed',
  minted: 'new session token',
}

/** Draws the life of each token, and below it each request to the API. */
export function Plot({ history, now }: PlotProps): ReactNode {
  const figure = useRef<HTMLElement>(null)
  const width = useWidth(figure)
  const span = spanAt(now)
  const x = (at: number): number => left + xOf(span, at, width - left - 8)
  return (
    <figure className="pg-plot" ref={figure}>
      <svg width={width} height={136} role="img" aria-label={descriptionOf(history)}>
        {minuteTicks(span, width / 90).map((at) => (
          <g key={at}>
            <line className="pg-grid" x1={x(at)} x2={x(at)} y1={8} y2={bottom} />
            <text className="pg-axis" x={x(at)} y={128} textAnchor="middle">
              {at / 60_000} min
            </text>
          </g>
        ))}
        <text className="pg-axis" x={0} y={lanes.tokens + 4}>
          Token
        </text>
        <text className="pg-axis" x={0} y={lanes.answered + 4}>
          Answered
        </text>
        <text className="pg-axis" x={0} y={lanes.refused + 4}>
          Refused
        </text>
        <text className="pg-axis" x={0} y={lanes.minted + 4}>
          New tokens
        </text>
        {history.tokens.map((life, index) => {
          const until = Math.min(life.endedAt ?? life.expiresAt, now)
          const y = lanes.tokens - 6 + (index % 2) * 14
          return (
            <g key={life.fingerprint}>
              <rect
                className="pg-life"
                x={x(life.from)}
                y={y}
                width={Math.max(2, x(until) - x(life.from))}
                height={8}
                rx={2}
              />
              {life.endedAt === undefined && life.expiresAt > now && (
                <line className="pg-rest" x1={x(now)} x2={x(life.expiresAt)} y1={y + 4} y2={y + 4} />
              )}
            </g>
          )
        })}
        {history.marks
          .filter(({ at }) => at >= span.from)
          .map(({ at, kind }, index) => (
            <circle key={index} className={`pg-mark pg-${kind}`} cx={x(at)} cy={laneOf[kind]} r={4} />
          ))}
        <line className="pg-now" x1={x(now)} x2={x(now)} y1={4} y2={bottom} />
      </svg>
      <figcaption className="pg-legend">
        {(Object.keys(names) as Mark['kind'][]).map((kind) => (
          <span key={kind}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <circle className={`pg-mark pg-${kind}`} cx={5} cy={5} r={4} />
            </svg>
            {names[kind]}
          </span>
        ))}
      </figcaption>
    </figure>
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
  return `The session has held ${tokens.length} tokens. The API answered ${marks.length} requests and rejected ${rejected} of them.`
}
