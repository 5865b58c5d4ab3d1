//! Fixes edit the text: what is left is right, and all else is as it was.

use massup_rules::Linter;
use massup_rules::report::Applicability;
use massup_tests::strategies::cases;
use proptest::prelude::*;

use super::config;

proptest! {
    #![proptest_config(config(1_000))]

    /// Fixing takes findings away, brings in none of another rule, and comes to rest.
    #[test]
    fn fixing_comes_to_rest(case in cases(), pretty in any::<bool>()) {
        let text = if pretty { format!("{:#}\n", case.body) } else { case.body.to_string() };
        let linter = case.linter();
        let before = linter.lint("a.json", text.as_bytes());
        for most in [Applicability::Safe, Applicability::Unsafe] {
            let fixed = linter.fix("a.json", &text, most);
            let after = &fixed.report.diagnostics;
            prop_assert!(after.len() <= before.diagnostics.len());
            for found in after {
                let known = before.diagnostics.iter().any(|d| d.code == found.code);
                prop_assert!(known, "{} is new in {}", found.code, fixed.text);
            }
            prop_assert_eq!(fixed.applied.is_empty(), fixed.text == text);
            let again = linter.fix("a.json", &fixed.text, most);
            prop_assert_eq!(&again.text, &fixed.text);
            prop_assert!(again.applied.is_empty());
        }
    }
}

#[track_caller]
fn fixes(text: &str, expected: &str) {
    let linter = Linter::new().module("Leads");
    let fixed = linter.fix("a.json", text, Applicability::Unsafe);
    assert_eq!(fixed.text, expected, "{:#?}", fixed.report.diagnostics);
}

#[test]
fn a_member_goes_with_one_comma_and_its_line() {
    fixes(
        "{\"data\": [{\"City\": \"x\"}], \"over_write\": true, \"ids\": [\"5\"]}",
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"]}",
    );
    fixes(
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"], \"over_write\": true}",
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"]}",
    );
    fixes(
        "{\n  \"over_write\": true,\n  \"data\": [{\"City\": \"x\"}],\n  \"ids\": [\"5\"]\n}\n",
        "{\n  \"data\": [{\"City\": \"x\"}],\n  \"ids\": [\"5\"]\n}\n",
    );
    fixes(
        "{\r\n  \"data\": [{\"City\": \"x\"}],\r\n  \"ids\": [\"5\"],\r\n  \"over_write\": true\r\n}\r\n",
        "{\r\n  \"data\": [{\"City\": \"x\"}],\r\n  \"ids\": [\"5\"]\r\n}\r\n",
    );
}

#[test]
fn comments_and_formatting_stay() {
    fixes(
        "{ // all of it\n  \"data\" : [ {\"City\":\"x\"} ], // one, field\n  \"ids\" : [ 5 , \"6\" ], /* , */\n  \"over_write\": true // last\n}\n",
        "{ // all of it\n  \"data\" : [ {\"City\":\"x\"} ], // one, field\n  \"ids\" : [ \"5\" , \"6\" ] /* , */\n  // last\n}\n",
    );
}
