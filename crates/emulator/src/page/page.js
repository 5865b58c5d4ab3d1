"use strict";
const byId = id => document.getElementById(id);
async function load(what) {
  const answer = await fetch("/__emulator/" + what);
  if (!answer.ok) throw new Error(what + ": HTTP " + answer.status);
  return answer.json();
}
function table(target, columns, rows) {
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const [name, , kind] of columns) {
    const cell = document.createElement("th");
    cell.textContent = name; cell.scope = "col"; cell.className = kind || ""; head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const [, value, kind] of columns) {
      const cell = line.insertCell();
      const shown = value(row);
      cell.className = kind || "";
      if (shown instanceof Node) cell.append(shown);
      else cell.textContent = shown ?? "";
    }
  }
  if (!rows.length) { const none = body.insertRow().insertCell(); none.colSpan = columns.length; none.textContent = "none yet"; none.className = "muted"; }
  byId(target).replaceChildren(made);
}
const known = new Map();
function view(id) {
  const made = document.createElement("span");
  made.textContent = known.get(id) || id; made.title = id;
  return made;
}
function word(text, kind) {
  if (!kind) return text;
  const made = document.createElement("span");
  made.textContent = text; made.className = kind;
  return made;
}
function bar(job) {
  const made = document.createElement("progress");
  made.max = job.Total_Count || 1; made.value = job.Updated_Count + job.Failed_Count;
  made.title = made.value + " of " + job.Total_Count;
  return made;
}
function opener(name) {
  const made = document.createElement("button");
  made.className = "link"; made.textContent = name; made.onclick = () => { location.hash = name; };
  return made;
}
async function records(name) {
  const found = (await load("records?module=" + encodeURIComponent(name))).records;
  const names = [...new Set(found.slice(0, 20).flatMap(record => Object.keys(record.data)))].filter(n => !/^(Created|Modified)_/.test(n)).slice(0, 9);
  const text = value => value && typeof value === "object" ? (Array.isArray(value) ? value.join(", ") : value.name) : value;
  const module = (await modules()).find(module => module.api_name === name);
  table("views", [["view", v => v.name], ["cvid", v => v.id, "id"]], module ? module.views : []);
  table("records", [["id", r => r.id, "id"], ["state", r => word(r.state, r.state === "free" ? "muted" : "held")], ...names.map(n => [n, r => text(r.data[n])])], found);
  byId("records-title").textContent = "Records of " + name + " (the first " + found.length + ")";
  byId("records-title").hidden = false;
  byId("records-title").scrollIntoView();
}
const report = error => { byId("problem").textContent = error ? String(error.message || error) : ""; };
async function refresh() {
  const [clock, jobs, automations, calls] = await Promise.all(["clock", "jobs", "automations", "calls"].map(load));
  byId("clock").textContent = clock.time;
  table("jobs", [["job", j => j.id, "id"], ["module", j => j.module], ["view", j => view(j.cvid)], ["fields", j => j.fields.join(", ")], ["status", j => j.Status], ["done", bar], ["of", j => j.Total_Count, "n"],
    ["updated", j => j.Updated_Count, "n"], ["failed", j => word(j.Failed_Count, j.Failed_Count ? "held" : ""), "n"], ["left", j => j.Not_Updated_Count, "n"]], jobs.jobs.slice(0, 20));
  byId("automation-count").textContent = automations.count;
  table("automations", [["time", a => a.at], ["module", a => a.module], ["record", a => a.record, "id"], ["call", a => a.call, "n"], ["job", a => a.job, "id"], ["trigger", a => a.trigger]], automations.automations.slice(0, 20));
  table("calls", [["call", c => c.number, "n"], ["method", c => c.method], ["path", c => c.path], ["HTTP", c => c.status, "n"], ["refused for", c => word(c.refusal, c.refusal ? "held" : "")]], calls.calls.slice(0, 20));
}
async function modules() {
  const found = (await load("modules")).modules;
  for (const module of found) for (const view of module.views) known.set(view.id, view.name);
  table("modules", [["module", m => opener(m.api_name)], ["records", m => m.records, "n"], ["fields", m => m.fields, "n"], ["views", m => m.views.length, "n"], ["named", m => m.views.map(v => v.name).join(", "), "names"]], found);
  return found;
}
async function turn() { try { await refresh(); report(); } catch (error) { report(error); } setTimeout(turn, 1000); }
// What follows the # names the module whose records are shown, so that a link leads there.
function follow() { const name = decodeURIComponent(location.hash.slice(1)); if (name) records(name).catch(report); }
window.onhashchange = follow;
modules().catch(report); follow(); turn();
