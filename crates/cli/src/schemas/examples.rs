//! Examples of what commands write.

use serde_json::{Value, json};

/// The examples of a schema, by its name.
pub(super) fn of(name: &str) -> Vec<Value> {
    let report = json!({
        "plan": "sha256:4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce",
        "organisation": "554023000000000001", "api_version": "v8", "module": "Leads",
        "calls": { "done": 2, "refused": 0, "in_doubt": 0, "pending": 0, "at_work": 0, "failed": 0 },
        "updated": 999, "failed": 1, "in_doubt": 0, "jobs": [],
        "errors": [{
            "code": "NOT_APPROVED", "message": "record not approved", "records": 1, "calls": 0,
            "cure": "Approve the record, then update it.",
        }],
    });
    let run = json!({
        "format": 1, "report": report, "ahead": { "calls": 0, "reads": 0 },
        "totals": { "updates": 2, "reads": 3, "credits": 5, "updated": 999, "failed": 1, "in_doubt": 0 },
        "stop": null, "verified": null, "failed_file": "leads.failed.csv", "done_file": null,
    });
    let identity = json!({
        "format": 1,
        "user": {
            "id": "554023000000235011", "name": "Patricia Boyle", "email": "patricia@example.com",
            "profile": { "id": "554023000000026011", "name": "Administrator" },
        },
        "organisation": { "id": "554023000000000001", "name": "Zylker", "edition": "enterprise" },
        "scopes": ["ZohoCRM.mass_update.UPDATE"], "credits_remaining": null, "data_centre": "eu",
        "api": "https://www.zohoapis.eu", "accounts": "https://accounts.zoho.eu", "credentials": "login",
        "left_out": [],
    });
    let field = json!({
        "api_name": "Lead_Source", "label": "Lead Source", "data_type": "picklist", "mass_update": true,
        "visible": true, "read_only": false, "unique": null, "length": 120,
        "options": [{ "display_value": "Advertisement", "actual_value": "Advertisement", "id": null, "used": true }],
    });
    match name {
        "finding" => vec![
            json!({
                "path": "a.json", "code": "MU120", "name": "empty-ids", "severity": "error", "pointer": "/ids",
                "line": 1, "column": 34, "message": "`ids` is empty", "evidence": "inferred", "answers": [],
            }),
            json!({ "path": "many.jsonl", "omitted": 1_000 }),
        ],
        "event" => vec![
            json!({ "event": "ids-read", "step": 1, "records": 200, "done": false }),
            json!({
                "event": "call-done", "step": 1, "part": 0, "updated": 499, "failed": 1, "in_doubt": 0,
                "earlier": false,
            }),
            json!({
                "event": "stopping", "reason": "refused", "status": 401, "code": "OAUTH_SCOPE_MISMATCH",
                "message": "invalid oauth scope to access this URL",
            }),
            run,
        ],
        "run" => vec![run],
        "dry-run" => vec![json!({
            "step": 1, "after": null, "method": "POST", "path": "/crm/v8/Leads/actions/mass_update",
            "fields": ["Lead_Source"], "what": "500 ids",
        })],
        "way-back" => vec![json!({ "format": 1, "plans": ["leads.rollback.plan.jsonl"] })],
        "fields" => vec![json!({ "fields": [field] })],
        "field" => vec![field],
        "views" => vec![json!({
            "views": [{
                "id": "554023000000091515", "name": "All Leads", "system_name": "ALLVIEWS", "records": 1_200,
                "counted": "2026-11-23T10:00:00Z", "criteria_fields": [],
            }],
            "complete": true,
        })],
        "territories" => {
            vec![json!({ "territories": [{ "id": "554023000000050085", "name": "Europe" }] })]
        }
        "modules" => vec![json!({
            "modules": [{ "api_name": "Leads", "kind": "default", "fields": 48, "labels": ["Leads", "Lead"] }],
        })],
        "identity" => vec![identity],
        "signed-out" => {
            vec![json!({ "format": 1, "message": "no login is stored", "revoked": false })]
        }
        "pulled" => vec![json!({
            "format": 1, "folder": ".massup/snapshot", "files": ["fields/Leads.json", "modules.json"],
            "left_out": [{ "what": "territories.json", "why": "FEATURE_NOT_ENABLED: territories are off" }],
        })],
        "started" => vec![json!({
            "url": "http://127.0.0.1:8080", "access_token": "1000.demo",
            "client": {
                "client_id": "1000.CLIENT", "client_secret": "demo-secret", "refresh_token": "1000.refresh",
            },
            "control_token": "0123456789abcdef0123456789abcdef",
        })],
        _ => Vec::new(),
    }
}
