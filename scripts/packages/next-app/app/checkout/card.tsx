'use client'

import { useForageSession, useSessionStatus } from '@forage-session/react'
import { useState, type ReactNode } from 'react'

const card = { type: 'ebt', card: { number: '9999420000000001' } }

export function Card({ address }: { address: string }): ReactNode {
  const token = useSessionStatus()
  const { fetch } = useForageSession()
  const [answers, setAnswers] = useState<number[]>([])
  const save = async (): Promise<void> => {
    const headers = { 'Content-Type': 'application/json' }
    const { status } = await fetch(address, { method: 'POST', headers, body: JSON.stringify(card) })
    setAnswers((earlier) => [...earlier, status])
  }
  return (
    <>
      <button onClick={() => void save()}>Save the card</button>
      <p>{`token ${token}, answers ${answers.join(' ')}`}</p>
    </>
  )
}
