"use strict";
const byId = id => document.getElementById(id);
let controlToken = sessionStorage.getItem("token") || "";

async function call(method, what, body) {
  const headers = controlToken ? { "X-Emulator-Token": controlToken } : {};
  const answer = await fetch("/__emulator/" + what, { method, headers, body: body && JSON.stringify(body) });
  byId("sign-in").hidden = answer.status !== 403;
  if (!answer.ok) throw new Error(what + ": HTTP " + answer.status);
  return answer.json();
}
const load = what => call("GET", what);

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

// Columns are [heading, value of a row, class]; a value is text or an element.
function table(target, columns, rows) {
  const made = element("table");
  const head = made.createTHead().insertRow();
  for (const [name, , kind] of columns) {
    const cell = element("th", name, kind);
    cell.scope = "col";
    head.append(cell);
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
  if (!rows.length) {
    const none = body.insertRow().insertCell();
    none.colSpan = columns.length;
    none.textContent = "none yet";
    none.className = "muted";
  }
  byId(target).replaceChildren(made);
}

const viewNames = new Map();
function view(id) {
  const made = element("span", viewNames.get(id) || id);
  made.title = id;
  return made;
}
const word = (text, kind) => kind ? element("span", text, kind) : text;

function bar(job) {
  const made = element("progress");
  made.max = job.Total_Count || 1;
  made.value = job.Updated_Count + job.Failed_Count;
  made.title = made.value + " of " + job.Total_Count;
  return made;
}

// A call with its query, body and answer. What is open stays open when the list is made anew.
const open = new Set();
function callEntry(c) {
  const made = element("details");
  made.open = open.has(c.number);
  made.ontoggle = () => made.open ? open.add(c.number) : open.delete(c.number);
  const line = element("summary");
  line.append("#" + c.number + " " + c.method + " " + c.path + " ", element("span", c.status ?? "…", c.refusal ? "held" : "done"));
  if (c.refusal) line.append(" " + c.refusal);
  made.append(line);
  const parts = element("dl");
  for (const [name, text] of [["query", c.query], ["body", c.body], ["answer", c.answer]]) {
    if (!text) continue;
    const value = element("dd");
    value.append(element("pre", text));
    parts.append(element("dt", name), value);
  }
  if (!parts.children.length) parts.append(element("dt", "no query, body or answer is kept"));
  made.append(parts);
  return made;
}

const FAULTS = [
  ["HTTP 500, not done", f => ({ errors_before: f.errors_before + 1 })],
  ["HTTP 500, but done", f => ({ errors_after: f.errors_after + 1 })],
  ["connection lost, not done", f => ({ drops_before: f.drops_before + 1 })],
  ["connection lost, but done", f => ({ drops_after: f.drops_after + 1 })],
  ["HTTP 429", f => ({ too_many_requests: f.too_many_requests + 1 })],
  ["token invalid", f => ({ invalid_tokens: f.invalid_tokens + 1 })],
  ["1 s slower", f => ({ latency_ms: f.latency_ms + 1000 })],
  ["jobs stall", () => ({ stall_jobs_after: 1 })],
  ["jobs fail", () => ({ fail_jobs_after: 1 })],
];
function button(text, act) {
  const made = element("button", text);
  made.onclick = () => act().then(turnOnce).catch(report);
  return made;
}
function faultButtons() {
  const made = FAULTS.map(([text, change]) => button(text, async () => {
    const settings = await load("settings");
    await call("PATCH", "settings", { faults: change(settings.faults) });
  }));
  made.push(button("expire all tokens", () => call("POST", "tokens/expire")));
  made.push(button("remove all faults", () => call("DELETE", "faults")));
  made.push(button("start over", async () => {
    if (confirm("Replace the organisation by the one that ships with massup? Its records, jobs and logs are lost.")) await call("POST", "reset");
  }));
  byId("faults").replaceChildren(...made);
}
const isSet = value => Array.isArray(value) ? value.length > 0 : value !== 0 && value !== null;

const cells = new Map();
let shownModule = "";
const plain = value => value && typeof value === "object" ? (Array.isArray(value) ? value.join(", ") : value.name) : value;
// Cells that changed since they were shown last are marked for a turn.
async function records() {
  if (!shownModule) return;
  const found = (await load("records?module=" + encodeURIComponent(shownModule))).records;
  const first = found.slice(0, 20);
  const names = [...new Set(first.flatMap(record => Object.keys(record.data)))].filter(name => !/^(Created|Modified)_/.test(name)).slice(0, 9);
  const changed = [];
  const column = name => [name, r => {
    const key = r.id + "/" + name, text = plain(r.data[name]) ?? "", before = cells.get(key);
    cells.set(key, text);
    const made = element("span", text);
    if (before !== undefined && before !== text) changed.push(made);
    return made;
  }];
  table("records", [["id", r => r.id, "id"], ["state", r => word(r.state, r.state === "free" ? "muted" : "held")], ...names.map(column)], found);
  for (const made of changed) made.parentElement.classList.add("fresh");
  byId("records-title").textContent = "Records of " + shownModule + " (the first " + found.length + ")";
  byId("records-title").hidden = false;
}
async function modules() {
  const found = (await load("modules")).modules;
  for (const module of found) for (const view of module.views) viewNames.set(view.id, view.name);
  const opener = name => {
    const made = element("button", name, "link");
    made.onclick = () => { location.hash = name; };
    return made;
  };
  table("modules", [["module", m => opener(m.api_name)], ["records", m => m.records, "n"], ["fields", m => m.fields, "n"], ["views", m => m.views.length, "n"], ["named", m => m.views.map(v => v.name).join(", "), "names"]], found);
  return found;
}

const report = error => { byId("problem").textContent = error ? String(error.message || error) : ""; };
async function turnOnce() {
  const [clock, jobs, automations, calls, settings] = await Promise.all(["clock", "jobs", "automations", "calls", "settings"].map(load));
  byId("clock").textContent = clock.time;
  table("jobs", [["module", j => j.module], ["view", j => view(j.cvid)], ["status", j => j.Status], ["done", bar], ["of", j => j.Total_Count, "n"], ["updated", j => j.Updated_Count, "n"],
    ["failed", j => word(j.Failed_Count, j.Failed_Count ? "held" : ""), "n"], ["left", j => j.Not_Updated_Count, "n"], ["fields", j => j.fields.join(", ")], ["job", j => j.id, "id"]], jobs.jobs.slice(0, 20));
  byId("automation-count").textContent = automations.count;
  table("automations", [["call", a => a.call, "n"], ["job", a => a.job, "id"], ["module", a => a.module], ["records", a => a.count, "n"], ["the last", a => a.records.join(", "), "names"], ["time", a => a.at.slice(11, 19), "id"]], automations.calls.slice(0, 20));
  byId("calls").replaceChildren(...calls.calls.slice(0, 20).map(callEntry));
  if (!calls.calls.length) byId("calls").replaceChildren(element("p", "none yet", "muted"));
  const set = Object.entries(settings.faults).filter(([, value]) => isSet(value));
  byId("faults-set").textContent = set.map(([name, value]) => name + ": " + JSON.stringify(value)).join(", ") || "none set";
  await records();
}
async function turn() {
  try { await turnOnce(); report(); } catch (error) { report(error); }
  setTimeout(turn, 1000);
}
// What follows the # names the module whose records are shown, so that a link leads there.
async function follow() {
  shownModule = decodeURIComponent(location.hash.slice(1));
  cells.clear();
  if (!shownModule) return;
  const module = (await modules()).find(module => module.api_name === shownModule);
  table("views", [["view", v => v.name], ["cvid", v => v.id, "id"]], module ? module.views : []);
  await records();
  byId("records-title").scrollIntoView();
}
async function example() {
  const { curl } = await load("example");
  byId("example").textContent = curl || "No call works yet: import an organisation with a token, a field that may be mass updated, and a record.";
}
byId("copy").onclick = () => navigator.clipboard.writeText(byId("example").textContent).catch(report);
byId("sign-in").onsubmit = event => {
  event.preventDefault();
  controlToken = byId("token").value;
  sessionStorage.setItem("token", controlToken);
  start();
};
function start() {
  modules().catch(report);
  example().catch(report);
  follow().catch(report);
}
window.onhashchange = () => follow().catch(report);
faultButtons();
start();
turn();
