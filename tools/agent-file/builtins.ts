import type { BunPlugin } from 'bun'

const NAMESPACE = 'builtin'
/** What takes a module. */
const TAKE = 'take-builtin'

/** Takes each of Node's modules once, its functions by names that are minified: `a(path)` in place of
 * `b.readFileSync(path)` after a `require` in every module. */
export const builtinsByName: BunPlugin = {
  name: 'builtins-by-name',
  setup(build) {
    // What Bun's own preamble asks for stays as it is.
    build.onResolve({ filter: /^node:(?!module$)/ }, ({ path }) => ({ path, namespace: NAMESPACE }))
    build.onResolve({ filter: new RegExp(`^${TAKE}$`) }, () => ({ path: TAKE, namespace: NAMESPACE }))
    build.onLoad({ filter: new RegExp(`^${TAKE}$`), namespace: NAMESPACE }, () => ({
      ...{
        contents: "export const take = (name) => process.getBuiltinModule('node:' + name);",
        loader: 'js',
      },
    }))
    build.onLoad({ filter: /^node:/, namespace: NAMESPACE }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) =>
        /^[a-z]\w*$/i.test(name),
      )
      const functions = names
        .filter((name) => name !== 'default')
        .map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})();`)
      return {
        contents: `import { take } from '${TAKE}';\nconst all = take('${path.slice(5)}');\n${functions.join('\n')}`,
        loader: 'js',
      }
    })
  },
}
