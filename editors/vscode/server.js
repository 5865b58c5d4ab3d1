"use strict";

/** The languages in which massup looks for mass updates. */
const LANGUAGES = ["json", "jsonc", "yaml", "toml", "shellscript", "markdown"];

/** How the server is started: the program of the settings, on standard input and output. */
function command(path) {
  return { command: path || "massup", args: ["lsp"] };
}

/** The settings that the server takes, without those that are not set: the keys of massup.toml, and three more. */
function options(settings) {
  const keys = ["module", "api_version", "config", "snapshot", "snapshot_max_age_days", "exclude", "baseline", "rules", "files"];
  return Object.fromEntries(keys.map((key) => [key, settings.get(key)]).filter(([, value]) => value));
}

module.exports = { LANGUAGES, command, options };
