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

/// A reviewer sees what is sent: nothing turns the order of characters around or hides some.
#[test]
fn every_character_of_a_value_is_visible() {
    let plan = "echo 554023000000497007 | massup plan --module Leads --set \"City=$(printf 'a\\342\\200\\256b\\302\\233c')\" --ids -";
    for (format, escaped) in [("html", "a\\u{202e}b\\u{9b}c"), ("mermaid", "City")] {
        let page = output(&format!("{plan} --format {format}"));
        assert!(page.contains(escaped), "{page}");
        assert!(!page.contains(['\u{202e}', '\u{9b}']), "{format}");
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

/// A plan that is impossible, with all that a page can hold.
const IMPOSSIBLE: &str = "massup plan --module Leads --set Lead_Source=Web --view 554023000000097001 \
    --automation forbid --snapshot examples/planning";

#[test]
fn a_page_names_the_values_and_the_plan_that_it_is_about() {
    let page = output(
        "printf '7\n8\n' | massup plan --module Leads --set 'Lead_Source=<b>`c`' --ids - -o a.plan.jsonl --quiet; \
         massup show a.plan.jsonl --format html; tail -1 a.plan.jsonl",
    );
    let (page, footer) = page.split_once("</html>").unwrap();
    let digest = footer.split('"').find(|part| part.starts_with("sha256:")).unwrap();
    assert!(page.contains(digest), "{page}");
    assert!(page.contains("<td>Lead_Source = &quot;&lt;b&gt;`c`&quot;</td>"), "{page}");
    assert!(page.contains("<dt>records</dt><dd>2</dd>"), "{page}");
    assert!(page.contains("<code>7</code> <code>8</code>"), "{page}");
    assert!(page.contains("<th>reviewed by</th>"), "{page}");
}

/// Territories are named, and the records of the view are an upper bound.
#[test]
fn a_page_names_the_territory_and_what_is_known_of_its_records() {
    let page = output(
        "mkdir -p facts; echo '{\"territories\": [{\"id\": \"7\", \"name\": \"South & East\"}]}' > facts/territories.json; \
         echo '{\"9\": {\"count\": 840, \"as_of\": \"2026-11-23T10:05:00+05:30\"}}' > facts/counts.json; \
         massup plan --module Leads --set City=x --view 9 --territory 7 --snapshot facts -o t.plan.jsonl --quiet; \
         massup show t.plan.jsonl --snapshot facts --format html",
    );
    assert!(page.contains("within territory 7 <code>South &amp; East</code>"), "{page}");
    assert!(page.contains("<dt>records</dt><dd>at most 840</dd>"), "{page}");
    assert!(page.contains("counted on 23 Nov 2026 at 04:35 UTC"), "{page}");
}

/// The page is put into a window that is narrower than a telephone, and measured there.
#[test]
fn a_narrow_window_shows_the_whole_width() {
    let Some(browser) = browser() else { return };
    for command in [PLAN, IMPOSSIBLE] {
        let page = output(&format!("{command} --format html || true"));
        let page = page.replace('&', "&amp;").replace('"', "&quot;");
        let outer = format!(
            "<meta charset=\"utf-8\"><iframe width=\"340\" height=\"900\" srcdoc=\"{page}\"></iframe><p>wait</p>\
             <script>onload = () => document.querySelector('p').textContent = \
             document.querySelector('iframe').contentDocument.documentElement.scrollWidth</script>"
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("outer.html");
        std::fs::write(&file, outer).unwrap();
        let dom = output(&format!(
            "{} --headless --no-sandbox --disable-gpu --dump-dom \"file://{}\" 2>/dev/null",
            browser.display(),
            file.display()
        ));
        let width = dom.rsplit_once("<p>").unwrap().1.split('<').next().unwrap();
        assert!(width.parse::<u32>().unwrap() <= 340, "{width}: {command}");
    }
}

#[test]
fn a_graph_has_no_sign_that_means_something_in_a_label() {
    let graph = output(&format!("{IMPOSSIBLE} --format mermaid || true"));
    assert!(graph.contains("change0["), "{graph}");
    for line in graph.lines().skip(1) {
        let (_, label) = line.split_once("[\"").unwrap();
        let label = label.strip_suffix("\"]").unwrap();
        assert!(!label.contains(['"', '`', '<', '>', '&']), "{label}");
        // A number sign begins a code alone.
        for code in label.split('#').skip(1) {
            let (digits, _) = code.split_once(';').unwrap();
            assert!(digits.parse::<u32>().is_ok(), "{label}");
        }
    }
}

#[test]
fn a_graph_has_the_steps_in_their_order() {
    let graph = output(&format!("{PLAN} --format mermaid"));
    assert!(graph.starts_with("flowchart TD\n"));
    assert!(graph.contains("plan --> step1["), "{graph}");
    assert!(graph.contains("step1 --> step2["), "{graph}");
}
