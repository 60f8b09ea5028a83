import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const CLIENTS = ['claude-desktop', 'claude-code', 'vscode', 'cursor'] as const
export type ClientName = (typeof CLIENTS)[number]

export type ClientPlaces = {
  platform: NodeJS.Platform
  home: string
  /** The project whose own configuration counts. */
  project: string
  /** `%APPDATA%` on Windows. */
  appData: string | undefined
}

/** The configuration files of a client that are there. */
export function clientFiles(client: ClientName, places: ClientPlaces): string[] {
  return candidates(client, places).filter((path) => existsSync(path))
}

function candidates(client: ClientName, places: ClientPlaces): string[] {
  const { home, project } = places
  const own = settings(places)
  const byClient: Record<ClientName, string[]> = {
    'claude-desktop': [join(own, 'Claude', 'claude_desktop_config.json')],
    'claude-code': [join(home, '.claude.json'), join(project, '.mcp.json')],
    vscode: [join(own, 'Code', 'User', 'mcp.json'), join(project, '.vscode', 'mcp.json')],
    cursor: [join(home, '.cursor', 'mcp.json'), join(project, '.cursor', 'mcp.json')],
  }
  return byClient[client]
}

/** Where programs of this system keep their settings. */
function settings({ platform, home, appData }: ClientPlaces): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return appData ?? join(home, 'AppData', 'Roaming')
  return join(home, '.config')
}
