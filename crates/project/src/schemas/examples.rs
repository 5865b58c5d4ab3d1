//! Examples of what the schemas accept.

use serde_json::{Value, json};

/// The examples of a schema, by its name.
pub(super) fn of(name: &str) -> Vec<Value> {
    let ids =
        json!({ "data": [{ "Lead_Source": "Advertisement" }], "ids": ["554023000000497007"] });
    let view = json!({
        "data": [{ "Lead_Source": "Advertisement" }],
        "cvid": "554023000000091515",
        "over_write": true,
    });
    match name {
        "request" => vec![ids, view],
        _ if name.starts_with("request/") => vec![ids, view],
        "response" => vec![
            json!({ "data": [{
                "code": "SUCCESS", "status": "success", "message": "record updated",
                "details": { "id": "554023000000497007" },
            }] }),
            json!({ "data": [{
                "code": "SCHEDULED", "status": "success", "message": "mass update scheduled successfully",
                "details": { "job_id": "554023000000506003" },
            }] }),
            json!({
                "code": "INVALID_MODULE", "status": "error", "details": {},
                "message": "the module name given seems to be invalid",
            }),
        ],
        "job-status" => vec![json!({ "data": [{
            "Status": "COMPLETED", "Total_Count": 1200, "Updated_Count": 1198, "Not_Updated_Count": 2,
            "Failed_Count": 0,
        }] })],
        "change" => vec![
            json!({
                "module": "Leads", "set": { "Lead_Source": "Advertisement" },
                "select": { "ids_file": "leads.csv", "column": "Record Id" },
            }),
            json!({
                "module": "Deals", "api_version": "v8", "over_write": true,
                "set": { "Lead_Source": "Advertisement", "Languages_Known": ["English", "Spanish"] },
                "select": { "view": "554023000000097051", "territory": { "id": "554023000000050085" } },
                "policy": { "automation": "forbid", "max_calls": 5 },
            }),
        ],
        "settings" => vec![json!({
            "deny": "warning",
            "rules": { "cvid-and-ids": "allow" },
            "files": [{ "glob": "requests/deals-*.json", "module": "Deals", "api_version": "v8" }],
        })],
        "user" => vec![json!({
            "scopes": ["ZohoCRM.mass_update.UPDATE"], "edition": "Enterprise", "profile_id": "554023000000026011",
        })],
        "overrides" => vec![json!({ "Leads": { "layout_rules": ["Lead_Status"] } })],
        "counts" => {
            vec![
                json!({ "554023000000091515": { "count": 1200, "as_of": "2026-11-23T10:00:00Z" } }),
            ]
        }
        "snapshot" => vec![json!({ "taken_at": "2026-11-23T10:00:00Z" })],
        _ => Vec::new(),
    }
}
