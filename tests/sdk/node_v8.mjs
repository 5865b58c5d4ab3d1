// Runs Zoho's official Node SDK for v8, unchanged, against the API at an address.
//
// Updates records by ids, one of them wrong; schedules a custom view and polls its job; meets an error.
// Prints what came of it as one line of JSON.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The package stands in a folder of its own, not beside this file.
const require = createRequire(path.join(process.env.NODE_PATH, "here.js"));
const sdk = await import(pathToFileURL(require.resolve("@zohocrm/nodejs-sdk-8.0")));
const { Record: record } = sdk;

const word = (choice) => (choice?.getValue ? choice.getValue() : choice);

// An entry of an answer: its code, and what its details tell.
function shown(entry) {
  const told = { code: word(entry.getCode()) };
  for (const [key, value] of entry.getDetails() ?? []) {
    if (key === "id" || key === "job_id") told[key] = String(value);
  }
  return told;
}

async function update(operations, field, value, { ids, cvid }) {
  const changed = new record.Record();
  changed.addKeyValue(field, value);
  const body = new record.MassUpdateBodyWrapper();
  body.setData([changed]);
  if (ids) body.setIds(ids);
  if (cvid) body.setCvid(cvid);
  const response = await operations.massUpdateRecords(body);
  const answer = response.getObject();
  const entries = answer instanceof record.APIException ? [answer] : answer.getData();
  return [response.getStatusCode(), entries.map(shown)];
}

const [url, view] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sdk-"));
const token = new sdk.OAuthBuilder()
  .clientId("1000.client")
  .clientSecret("secret")
  .refreshToken("1000.refresh")
  .build();
await (await new sdk.InitializeBuilder())
  .environment(new sdk.Environment(url, `${url}/oauth/v2/token`, url))
  .token(token)
  .store(new sdk.FileStore(path.join(folder, "tokens.csv")))
  .SDKConfig(new sdk.SDKConfigBuilder().pickListValidation(false).autoRefreshFields(true).build())
  .resourcePath(folder)
  .logger(new sdk.LogBuilder().level(sdk.Levels.INFO).filePath(path.join(folder, "sdk.log")).build())
  .initialize();

const operations = new record.RecordOperations("Leads");
const byIds = await update(operations, "City", "Chennai", { ids: ["5725767000001000001", "1"] });
const byView = await update(operations, "City", "Madurai", { cvid: view });
const job = byView[1][0].job_id;
let last;
do {
  await new Promise((done) => setTimeout(done, 100));
  const parameters = new sdk.ParameterMap();
  await parameters.add(record.GetMassUpdateStatusParam.JOB_ID, job);
  const response = await operations.getMassUpdateStatus(parameters);
  const status = response.getObject().getData()[0];
  last = {
    state: word(status.getStatus()),
    total: status.getTotalCount(),
    updated: status.getUpdatedCount(),
    failed: status.getFailedCount(),
  };
} while (!["COMPLETED", "FAILED"].includes(last.state));
const refused = await update(operations, "Email", "a@b.example", { ids: ["5725767000001000001"] });
console.log(JSON.stringify({ by_ids: byIds, by_view: byView, last, refused }));
process.exit(0);
