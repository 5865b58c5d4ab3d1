//! The page of `massup emulate` in a real browser: Debian's chromium, without a window.
//!
//! `.ci/run` installs the browser and runs these tests.

use std::process::Command;

use massup_tests::server::Server;
use serde_json::json;

/// The page as it stands after its scripts have run for a while.
fn page(server: &Server, hash: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .args(["--virtual-time-budget=4000", "--timeout=30000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg(format!("{}/{hash}", server.url))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(
        page.contains("<span id=\"problem\" role=\"alert\"></span>"),
        "a problem is shown: {page}"
    );
    page
}

/// What stands between two texts.
fn part<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

#[test]
#[ignore = "needs chromium"]
fn modules_jobs_automations_and_calls_are_shown() {
    // The jobs stop on their way, so that they are met in progress.
    let server = Server::start(&["--demo", "--stall-jobs-after", "40"]);
    let body = json!({ "data": [{ "City": "Chennai" }], "ids": ["5725767000001000001"] });
    let path = "/crm/v8/Leads/actions/mass_update";
    assert_eq!(server.call("POST", path, &body.to_string()).unwrap().0, 200);
    let page = page(&server, "");
    let jobs = part(&page, "id=\"jobs\"", "<h2>Calls");
    assert_eq!(jobs.matches("<td class=\"\">RUNNING</td>").count(), 3, "{jobs}");
    assert!(jobs.contains("<progress max=\"1001\""), "{jobs}");
    let modules = part(&page, "id=\"modules\"", "id=\"records-title\"");
    assert!(modules.contains("Price_Books") && modules.contains(">1600<"), "{modules}");
    // One line a call, with how many records it was about.
    let automations = part(&page, "id=\"automations\"", "<h2>Faults");
    assert!(automations.contains(">5725767000001000001<"), "{automations}");
    let count: u32 = part(&page, "id=\"automation-count\" class=\"muted\">", "<").parse().unwrap();
    assert!(count > 20, "{count}");
    let calls = part(&page, "id=\"calls\"", "<h2>Automations");
    assert!(calls.contains(path) && calls.contains(">200<"), "{calls}");
    assert!(calls.contains("<dt>body</dt>") && calls.contains("<dt>answer</dt>"), "{calls}");
    assert!(calls.contains("Chennai") && calls.contains("record updated"), "{calls}");
    let example = part(&page, "id=\"example\" class=\"wide\">", "<");
    assert!(example.starts_with("curl -X POST http://127.0.0.1:"), "{example}");
    let faults = part(&page, "id=\"faults-set\" class=\"muted\">", "<");
    assert_eq!(faults, "stall_jobs_after: 40");
    assert!(page.contains("<button>start over</button>"), "{page}");
}

#[test]
#[ignore = "needs chromium"]
fn a_link_leads_to_the_records_of_a_module() {
    let server = Server::start(&[]);
    let page = page(&server, "#Vehicles");
    let records = part(&page, "id=\"records\"", "<script");
    assert!(page.contains("Records of Vehicles (the first 200)"), "{page}");
    assert!(records.contains(">5725767000001500200<"), "{records}");
    let views = part(&page, "id=\"views\"", "id=\"records\"");
    assert!(views.contains(">First 999<") && views.contains(">5725767000000088006<"), "{views}");
}
