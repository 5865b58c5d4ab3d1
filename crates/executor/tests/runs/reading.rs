//! Reading ids and values before the first write.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write as _};

use massup_executor::Options;
use massup_executor::event::Event;
use massup_planner::Route;
use massup_planner::facts::PlanFacts;
use massup_transport::{Method, Response};
use serde_json::{Value, json};

use crate::driver::{
    by_ids, drive, ids_of, journal, json_answer, on_view, plain, plan, updated, view,
};

#[test]
fn ids_are_read_page_by_page_and_then_updated() {
    let mut journal = journal();
    let mut updates = BTreeMap::new();
    let seen = drive(
        on_view(&["City", "State"], Route::FrozenIds),
        &mut journal,
        plain(),
        |call| {
            if call.method() == Method::Post {
                for id in ids_of(call) {
                    *updates.entry(id).or_insert(0) += 1;
                }
                return updated(call);
            }
            let query = call.query().unwrap();
            let from = match query.rsplit_once("page_token=") {
                Some((_, token)) => token.parse().unwrap(),
                None => 0,
            };
            // The view moves meanwhile: the last record of a page is on the next one again.
            let data: Vec<Value> = (from..(from + 200).min(610))
                .map(|n| json!({ "id": (n + 1).to_string() }))
                .collect();
            let more = from + 200 < 610;
            let info = json!({ "more_records": more, "next_page_token": more.then(|| (from + 199).to_string()) });
            json_answer(200, &json!({ "data": data, "info": info }))
        },
    );
    assert_eq!(seen.outcome.stop, None);
    assert_eq!(updates.len(), 610);
    assert!(updates.values().all(|times| *times == 2), "two fields, each once");
    let posts = seen.calls.iter().filter(|(_, call)| call.method() == Method::Post).count();
    assert_eq!(posts, 4, "500 and 110 records for each of two fields");
    assert_eq!(seen.outcome.totals.credits, 4 * 3 + 4);
    // Run again, nothing is read and nothing is sent.
    let again = drive(on_view(&["City", "State"], Route::FrozenIds), &mut journal, plain(), |_| {
        panic!("nothing is left to do")
    });
    assert!(again.calls.is_empty() && again.outcome.stop.is_none());
}

#[test]
fn above_100_000_records_a_bulk_read_takes_the_ids() {
    let archive = |ids: std::ops::Range<u64>| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("7.csv", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"Id\n").unwrap();
        ids.for_each(|id| writeln!(archive, "{id}").unwrap());
        archive.finish().unwrap().into_inner()
    };
    let mut facts = PlanFacts::default();
    facts.view.records = Some(100_001);
    let plan = plan(&["City"]).on_view(view(), None).with_facts(facts);
    let (mut records, mut polls) = (BTreeSet::new(), 0);
    let seen = drive(
        plan.steps(Route::FrozenIds).unwrap(),
        &mut journal(),
        plain(),
        |call| match (call.method(), call.path()) {
            (Method::Post, "/crm/bulk/v8/read") => {
                let body: Value = serde_json::from_str(call.body().unwrap()).unwrap();
                let job = format!("10{}", body["query"]["page"]);
                json_answer(
                    201,
                    &json!({ "data": [{ "status": "success", "code": "ADDED_SUCCESSFULLY",
                    "message": "Added successfully.", "details": { "id": job, "operation": "read" } }] }),
                )
            }
            (_, path) if path.ends_with("/result") => {
                let first = path.contains("/101/");
                Ok(Response::new(200, archive(if first { 1..1_001 } else { 1_001..1_501 })))
            }
            (_, path) if path.starts_with("/crm/bulk/") => {
                polls += 1;
                let state = if polls == 1 { "QUEUED" } else { "COMPLETED" };
                let result = json!({ "more_records": path.ends_with("/101") });
                json_answer(
                    200,
                    &json!({ "data": [{ "id": "1", "state": state, "result": result }] }),
                )
            }
            _ => {
                records.extend(ids_of(call));
                updated(call)
            }
        },
    );
    assert_eq!((seen.outcome.stop, records.len()), (None, 1_500));
    assert_eq!(seen.outcome.totals.updates, 3);
}

#[test]
fn values_of_too_many_records_are_not_kept_and_that_is_said() {
    let gets = |records: Option<u64>, backup: Option<u64>| {
        let options = Options { records, backup, ..Options::default() };
        let seen =
            drive(by_ids(&["City"], 300), &mut journal(), options, |call| match call.method() {
                Method::Get => json_answer(200, &json!({ "data": [{ "id": "1", "City": "old" }] })),
                Method::Post => updated(call),
            });
        let said = seen.events.contains(&Event::NoBackup { limit: 299 });
        (seen.outcome.totals.reads, said)
    };
    assert_eq!(gets(Some(300), Some(300)), (3, false));
    assert_eq!(gets(Some(300), Some(299)), (0, true));
    assert_eq!(gets(None, Some(299)), (3, false));
    assert_eq!(gets(Some(300), None), (0, false));
}
