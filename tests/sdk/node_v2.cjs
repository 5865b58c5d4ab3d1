// Runs Zoho's official Node SDK for v2, unchanged, against the API at an address.
//
// Updates records by ids, one of them wrong; schedules a custom view and polls its job; meets an error.
// Prints what came of it as one line of JSON.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const from = (name) => require(`@zohocrm/nodejs-sdk-2.0/${name}`);
const record = (name) => from(`core/com/zoho/crm/api/record/${name}`).MasterModel;
const { InitializeBuilder } = from("routes/initialize_builder");
const { OAuthBuilder } = from("models/authenticator/oauth_builder");
const { UserSignature } = from("routes/user_signature");
const { Environment } = from("routes/dc/environment");
const { FileStore } = from("models/authenticator/store/file_store");
const { SDKConfigBuilder } = from("routes/sdk_config_builder");
const { LogBuilder } = from("routes/logger/log_builder");
const { Levels } = from("routes/logger/logger");
const { ParameterMap } = from("routes/parameter_map");
const Exception = record("api_exception");

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
  const changed = new (record("record"))();
  changed.addKeyValue(field, value);
  const body = new (record("mass_update_body_wrapper"))();
  body.setData([changed]);
  if (ids) body.setIds(ids);
  if (cvid) body.setCvid(cvid);
  const response = await operations.massUpdateRecords("Leads", body);
  const answer = response.getObject();
  const entries = answer instanceof Exception ? [answer] : answer.getData();
  return [response.getStatusCode(), entries.map(shown)];
}

async function main() {
  const [url, view] = process.argv.slice(2);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sdk-"));
  const token = new OAuthBuilder()
    .clientId("1000.client")
    .clientSecret("secret")
    .refreshToken("1000.refresh")
    .build();
  await (await new InitializeBuilder())
    .user(new UserSignature("patricia.boyle@zylker.example"))
    .environment(new Environment(url, `${url}/oauth/v2/token`, url, "local"))
    .token(token)
    .store(new FileStore(path.join(folder, "tokens.csv")))
    .SDKConfig(new SDKConfigBuilder().pickListValidation(false).autoRefreshFields(true).build())
    .resourcePath(folder)
    .logger(new LogBuilder().level(Levels.INFO).filePath(path.join(folder, "sdk.log")).build())
    .initialize();

  const { RecordOperations, GetMassUpdateStatusParam } = from(
    "core/com/zoho/crm/api/record/record_operations",
  );
  const operations = new RecordOperations();
  const byIds = await update(operations, "City", "Chennai", { ids: ["5725767000001000001", "1"] });
  const byView = await update(operations, "City", "Madurai", { cvid: view });
  const job = byView[1][0].job_id;
  let last;
  do {
    await new Promise((done) => setTimeout(done, 100));
    const parameters = new ParameterMap();
    await parameters.add(GetMassUpdateStatusParam.JOB_ID, job);
    const response = await operations.getMassUpdateStatus("Leads", parameters);
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
}

main();
