// Bodies that the generated types accept and refuse; `tsc --strict` checks them.
import type { MassUpdateOfLeadsAccountsOrContactsV8 as Request } from "./request";
import type { MassupChangeFile as Change } from "./change";

export const request: Request = {
  data: [{ Lead_Source: "Advertisement" }],
  ids: ["554023000000497007"],
};

export const change: Change = {
  module: "Leads",
  set: { Lead_Source: "Advertisement" },
  select: { ids: ["554023000000497007"] },
};

// @ts-expect-error: `data` is an array.
export const object: Request = { data: { City: "Chennai" }, ids: ["1"] };

// @ts-expect-error: `over_write` is a boolean.
export const text: Request = { data: [{ City: "Chennai" }], ids: ["1"], over_write: "true" };

// @ts-expect-error: `module` is missing.
export const nameless: Change = { set: { City: "Chennai" }, select: { ids: ["1"] } };
