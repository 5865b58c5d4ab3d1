// Builds the native module and puts it where index.js looks: `node build.mjs [PROFILE]`.

import { execFileSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

const profile = process.argv[2] ?? process.env.PROFILE ?? 'release'
const here = import.meta.dirname
execFileSync('cargo', ['build', '-q', '--locked', '--profile', profile], { cwd: here, stdio: 'inherit' })
const metadata = execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], { cwd: here, maxBuffer: 1 << 26 })
const made = join(JSON.parse(metadata).target_directory, profile === 'dev' ? 'debug' : profile)
const name = { darwin: 'libmassup_node.dylib', win32: 'massup_node.dll' }[process.platform] ?? 'libmassup_node.so'
const to = join(here, `massup.${process.platform}-${process.arch}.node`)
copyFileSync(join(made, name), to)
if (profile === 'release' && process.platform === 'linux') execFileSync('strip', ['--strip-unneeded', to])
