import { readFileSync } from 'node:fs'

/** A panel of the dashboard. */
export interface Panel {
  id: number
  type: string
  title: string
  description?: string
  gridPos: { h: number; w: number; x: number; y: number }
  targets?: { refId: string; expr: string; legendFormat: string }[]
  fieldConfig?: { defaults: { unit: string } }
}

export interface Dashboard {
  uid: string
  title: string
  panels: Panel[]
  templating: { list: { name: string; type: string; query: string | { query: string } }[] }
}

export function readDashboard(): Dashboard {
  const file = new URL('../grafana/forage-session.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Dashboard
}
