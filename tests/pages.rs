//! Plans as pages, looked at in a browser where there is one.

use std::path::PathBuf;

use massup_tests::session::output;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A plan with two jobs, a name that looks like markup, and a note.
const PLAN: &str = "sed -i 's/Newsletter readers/<img id=x src=x> \\&amp; co/' examples/snapshot/custom_views/Leads/*.json; \
    massup plan --module Leads --set Lead_Source=Advertisement --set Company=Zylker --view 554023000000091525 \
    --snapshot examples/snapshot";

fn browser() -> Option<PathBuf> {
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let candidates = BROWSERS.iter().flat_map(|name| folders.iter().map(move |f| f.join(name)));
    candidates.into_iter().find(|path| path.is_file())
}

/// The tags of a page, opened and closed in pairs; what HTML does not close is left out.
fn open_tags(page: &str) -> Vec<&str> {
    let mut open = Vec::new();
    for part in page.split('<').skip(1) {
        let name = part.split(|c: char| c == '>' || c.is_whitespace()).next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "at <{part}"),
            None if ["!DOCTYPE", "meta", "br"].contains(&name) => {}
            None => open.push(name),
        }
    }
    open
}

#[test]
fn a_page_is_whole_and_needs_nothing_else() {
    let page = output(&format!("{PLAN} --format html"));
    assert_eq!(open_tags(&page), Vec::<&str>::new());
    for foreign in ["<script", "http:", "https:", "src=x>", "@import", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn a_browser_shows_the_page() {
    let Some(browser) = browser() else {
        // Nothing else here needs a browser, so that a machine without one can run the tests.
        return;
    };
    let browser = browser.display();
    let dom = output(&format!(
        "{PLAN} --format html > page.html; {browser} --headless --no-sandbox --disable-gpu --dump-dom \
         \"file://$PWD/page.html\" 2>/dev/null"
    ));
    assert!(dom.contains("<title>Leads, v8: 2 jobs update the 5000 records of a view</title>"));
    assert_eq!(dom.matches("<li data-step=").count(), 2, "{dom}");
    assert!(dom.contains("<tr class=\"taken\"><td>mass update by view</td>"));
    assert!(dom.contains("MU322 view-open-between-jobs"));
    // The name of the view is text, and no image.
    assert!(!dom.contains("<img"), "{dom}");
    assert!(dom.contains("&lt;img id=x src=x&gt;"));
}

#[test]
fn a_graph_has_the_steps_in_their_order() {
    let graph = output(&format!("{PLAN} --format mermaid"));
    assert!(graph.starts_with("flowchart TD\n"));
    assert!(graph.contains("plan --> step1["), "{graph}");
    assert!(graph.contains("step1 --> step2["), "{graph}");
}
