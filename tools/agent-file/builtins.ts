import type { BunPlugin } from 'bun'

const NAMESPACE = 'builtin'

/** Takes each of Node's modules once, its functions by names that are minified: `a(path)` in place of
 * `b.readFileSync(path)` after a `require` in every module. */
export const builtinsByName: BunPlugin = {
  name: 'builtins-by-name',
  setup(build) {
    // What Bun's own preamble asks for stays as it is.
    build.onResolve({ filter: /^node:(?!module$)/ }, ({ path }) => ({ path, namespace: NAMESPACE }))
    build.onLoad({ filter: /^node:/, namespace: NAMESPACE }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) =>
        /^[a-z]\w*$/i.test(name),
      )
      const functions = names
        .filter((name) => name !== 'default')
        .map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})();`)
      return {
        contents: `const all = process.getBuiltinModule('${path}');\n${functions.join('\n')}`,
        loader: 'js',
      }
    })
  },
}
