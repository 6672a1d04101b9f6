import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

/** The hub serves `build/` under `default-src 'self'`: nothing may end up inline or as a data: address. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [solid()],
  build: {
    outDir: 'build',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/api': { target: process.env.LUMEN_DEV_HUB ?? 'http://127.0.0.1:8090', ws: true },
    },
  },
})
