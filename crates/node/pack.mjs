// Packs what is published to npm: `node pack.mjs OUT [MODULES]`.
//
// The package `massup` has JavaScript and types only; the native module of each platform is a package of its own, which
// npm chooses by `os`, `cpu` and `libc`. MODULES is a directory of modules as build.mjs names them, brought together
// from the machines that built them; by default this one, with the module of this machine.

import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The platforms, as npm and Node.js name them. */
const PLATFORMS = [
  { os: 'linux', cpu: 'x64', libc: 'glibc' },
  { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { os: 'linux', cpu: 'x64', libc: 'musl' },
  { os: 'linux', cpu: 'arm64', libc: 'musl' },
  { os: 'darwin', cpu: 'x64' },
  { os: 'darwin', cpu: 'arm64' },
  { os: 'win32', cpu: 'x64' },
  { os: 'win32', cpu: 'arm64' },
]

const here = import.meta.dirname
const out = resolve(process.argv[2] ?? '.')
const modules = resolve(process.argv[3] ?? here)
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const { version, license, keywords, engines } = manifest
const root = join(here, '../..')
const stage = mkdtempSync(join(tmpdir(), 'massup-npm-'))

/** Packs a directory with a manifest. */
function pack(name, content, files) {
  const folder = join(stage, name.replace('/', '-'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content, null, 2) + '\n')
  for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(root, licence), join(folder, licence))
  for (const [from, to] of files) cpSync(from, join(folder, to))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

mkdirSync(out, { recursive: true })
const packed = {}
const missing = []
for (const { os, cpu, libc } of PLATFORMS) {
  const suffix = { glibc: '-gnu', musl: '-musl' }[libc] ?? ''
  const name = `@massup/${os}-${cpu}${suffix}`
  // A machine with musl names its module so; there is no other difference.
  const module = join(modules, `massup.${os}-${cpu}${libc === 'musl' ? '-musl' : ''}.node`)
  if (!existsSync(module)) {
    missing.push(`${os}-${cpu}${suffix}`)
    continue
  }
  const of = `The native module of massup for ${os}-${cpu}${suffix}`
  const chosen = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) }
  pack(name, { name, version, description: of, license, engines, main: 'massup.node', files: ['massup.node'], ...chosen }, [[module, 'massup.node']])
  packed[name] = version
}
if (Object.keys(packed).length === 0) throw new Error(`there is no module in ${modules}; \`npm run build\` builds the one of this machine`)
const { name, description, main, types } = manifest
const files = ['index.js', 'index.d.ts']
pack(
  name,
  { name, version, description, license, keywords, main, types, files, engines, optionalDependencies: packed },
  [...files, 'README.md'].map((file) => [join(here, file), file]),
)
rmSync(stage, { recursive: true })
if (missing.length > 0) console.error(`left out, since their modules are not in ${modules}: ${missing.join(', ')}`)
