import document from '../../../../fixtures/proxmox/api-get.json'

/** A node of the API viewer's schema, as far as answers and parameters use it. `net[n]` names net0, net1 and so on. */
export interface Shape {
  type?: string
  optional?: number
  enum?: readonly (string | number)[]
  pattern?: string
  format?: unknown
  minimum?: number | string
  maximum?: number
  properties?: Readonly<Record<string, Shape>>
  items?: Shape
  additionalProperties?: number
}

/** `['perm', path, privileges, 'any'?]`, or several of which one must hold. */
export type PermissionCheck =
  | readonly ['perm', string, readonly string[], ...unknown[]]
  | readonly ['or', ...PermissionCheck[]]

export interface CallShape {
  permissions: { user?: 'all'; check?: PermissionCheck }
  parameters: Readonly<Record<string, Shape>>
  returns: Shape
}

/** A call found by its path: the template it fits and what fills its braces. */
export interface FoundCall {
  template: string
  shape: CallShape
  inPath: Readonly<Record<string, string>>
}

/** The GET calls Lumen may make to a PVE, by template. */
export const PVE_CALLS = document.endpoints as unknown as Readonly<Record<string, CallShape>>

/** Finds the call a path belongs to; undefined when it is none of `calls`. Literal parts win over braces.
 * `path` starts after `/api2/json`. */
export function findCall(calls: Readonly<Record<string, CallShape>>, path: string): FoundCall | undefined {
  const parts = path.split('/')
  const fitting = Object.entries(calls).flatMap(([template, shape]): FoundCall[] => {
    const wanted = template.split('/')
    if (wanted.length !== parts.length) return []
    const inPath: Record<string, string> = {}
    for (const [index, want] of wanted.entries()) {
      const name = want.match(/^\{(.+)\}$/)?.[1]
      const part = decodeURIComponent(parts[index]!)
      if (name !== undefined && part !== '') inPath[name] = part
      else if (want !== part) return []
    }
    return [{ template, shape, inPath }]
  })
  return fitting.sort((a, b) => Object.keys(a.inPath).length - Object.keys(b.inPath).length)[0]
}
