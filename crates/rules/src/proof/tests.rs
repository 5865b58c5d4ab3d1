//! What the pass reads, and where it gives up.

use proptest::prelude::*;
use serde_json::{Value as Plain, json};

use super::*;

fn read(text: &str) -> Option<Outline<'_>> {
    let mut pass = Pass::of(text.as_bytes());
    let mut outline = Outline::default();
    pass.call(&mut outline, &mut Ids::default()).filter(|()| pass.is_done())?;
    Some(outline)
}

fn outline(text: &str) -> Option<(String, Plain)> {
    let outline = read(text)?;
    Some((outline.specimen(KeptIds::default()), outline.body().to_plain()))
}

fn with_ids(ids: impl IntoIterator<Item = u64>) -> String {
    let ids: Vec<_> = ids.into_iter().map(|id| format!("\"{id}\"")).collect();
    format!(r#"{{"data":[{{"City":"a"}}],"ids":[{}]}}"#, ids.join(","))
}

/// No law catches a form that the pass gives up at: it only costs time.
#[test]
fn every_legal_form_is_read() {
    for (text, specimen, body) in [
        (
            r#"{"data":[{"City":"a"}],"ids":["7"]}"#,
            r#"{"data":[{"City":"x"}],"ids":["1"]}"#,
            json!({"data": [{"City": "a"}], "ids": ["7"]}),
        ),
        (
            " {\n\t\"ids\" : [ \"8\" ,\"7\",\r\n\"9000000000\" ] , \"data\":[ { \"A\" : -1.50e+3 } ] } \n",
            r#"{"data":[{"A":1}],"ids":["1","2"]}"#,
            json!({"data": [{"A": -1500.0}], "ids": ["8", "7"]}),
        ),
        (
            r#"{"over_write":false,"cvid":"7","data":[{"A":true,"B":null,"C":["é\n","b"]}]}"#,
            r#"{"data":[{"C":["x"],"A":true,"B":null}],"over_write":false,"cvid":"1"}"#,
            json!({"over_write": false, "cvid": "7", "data": [{"A": true, "B": null, "C": ["é\n", "b"]}]}),
        ),
        (
            r#"{"territory":{"include_child":true,"id":"6"},"data":[{"A":[],"B":"","C":"\t\u00a0"}],"cvid":"7"}"#,
            r#"{"data":[{"C":" ","A":[],"B":""}],"cvid":"1","territory":{"id":"1","include_child":true}}"#,
            json!({"territory": {"include_child": true, "id": "6"}, "data": [{"A": [], "B": "", "C": "\t\u{a0}"}], "cvid": "7"}),
        ),
        (
            r#"{"step":3,"after":[1,2],"method":"POST","path":"/crm/v8/Leads","body":{"ids":["7"]}}"#,
            r#"{"method":"POST","path":"/crm/v8/Leads","step":1,"after":[],"body":{"ids":["1"]}}"#,
            json!({"ids": ["7"]}),
        ),
        (
            r#"{"module":"L\u0065ads","path":"\/crm","body":{"over_write":true}}"#,
            r#"{"path":"\/crm","module":"L\u0065ads","body":{"over_write":true}}"#,
            json!({"over_write": true}),
        ),
    ] {
        let (found, plain) = outline(text).expect(text);
        assert_eq!(found, specimen);
        assert_eq!(plain, body, "{text}");
        assert!(serde_json::from_str::<Plain>(&found).is_ok(), "{found}");
    }
    for ids in [1, 2, 8, 9, 63, 500] {
        // Short ids would not look like record ids.
        let list = 1_000_000_001..=1_000_000_000 + ids;
        assert!(outline(&with_ids(list.clone())).is_some(), "{ids}");
        assert!(outline(&with_ids(list.rev())).is_some(), "{ids}");
    }
}

#[test]
fn nothing_else_is() {
    for text in [
        "",
        "{}",
        "[]",
        r#"{"data":[{"City":"a"}],"ids":["7"]"#,
        r#"{"data":[{"City":"a"}],"ids":["7"]}}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"],}"#,
        r#"{"data":[{"City":"a"}],"ids":["7","8","9"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["4710000000122650000","4710000000122660000"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"],"ids":["8"]}"#,
        r#"{"data":[{"City":"a"}],"data":[{"City":"a"}],"ids":["7"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"],"over_write":true,"over_write":true}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"],"over_write":"true"}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"],"criteria":1}"#,
        r#"{"data":[{"A":1,"B":2,"C":3,"D":4}],"ids":["7"]}"#,
        r#"{"data":[{"A":1,"A":2}],"ids":["7"]}"#,
        r#"{"data":[{"A":1,"B":3,"A":2}],"ids":["7"]}"#,
        r#"{"data":[{}],"ids":["7"]}"#,
        r#"{"data":[],"ids":["7"]}"#,
        "{\"data\":[{\"City\":\"a\tb\"}],\"ids\":[\"7\"]}",
        "{\"data\":[{\"City\":\"abcdefgh\u{1f}\"}],\"ids\":[\"7\"]}",
        r#"{"data":[{"City":"\x"}],"ids":["7"]}"#,
        r#"{"data":[{"City":"\ud800"}],"ids":["7"]}"#,
        r#"{"data":[{"City":"\ud800\u0041"}],"ids":["7"]}"#,
        r#"{"data":[{"City":"\udc00"}],"ids":["7"]}"#,
        r#"{"data":[{"City":"\u12"}],"ids":["7"]}"#,
        r#"{"data":[{"City":tru}],"ids":["7"]}"#,
        r#"{"data":[{"City":01}],"ids":["7"]}"#,
        r#"{"data":[{"City":1.}],"ids":["7"]}"#,
        r#"{"data":[{"City":1e}],"ids":["7"]}"#,
        r#"{"data":[{"City":-}],"ids":["7"]}"#,
        r#"{"data":[{"City":+1}],"ids":["7"]}"#,
        r#"{"data":[{"City":["a",1]}],"ids":["7"]}"#,
        r#"{"data":[{"City":["a",]}],"ids":["7"]}"#,
        r#"{"data":[{"City":{"id":"7"}}],"ids":["7"]}"#,
        r#"{"data":[{"City":"a"},{"City":"b"}],"ids":["7"]}"#,
        r#"{"data":{"City":"a"},"ids":["7"]}"#,
        r#"{"data":[{"City":"a"}],"ids":[]}"#,
        r#"{"data":[{"City":"a"}],"ids":[""]}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"8"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["7" "8"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["7a"]}"#,
        r#"{"data":[{"City":"a"}],"ids":[7]}"#,
        r#"{"data":[{"City":"a"}],"ids":["9223372036854775808"]}"#,
        r#"{"data":[{"City":"a"}],"cvid":7}"#,
        r#"{"data":[{"City":"a"}],"cvid":"7","cvid":"7"}"#,
        r#"{"data":[{"City":"a"}],"cvid":"7","territory":{"id":"6","id":"6"}}"#,
        r#"{"data":[{"City":"a"}],"cvid":"7","territory":{"name":"6"}}"#,
        // Beyond 64 bits by one and six: what is left of them would pass.
        r#"{"data":[{"City":"a"}],"ids":["18446744073709551617"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["00000000000000000007"]}"#,
        // Mixtures of a bare body and a call file.
        r#"{"body":{"ids":["7"]},"ids":["7"]}"#,
        r#"{"module":"Leads","ids":["7"]}"#,
        r#"{"method":"GET","path":"/crm/v8/Leads"}"#,
        r#"{"step":1,"step":1,"body":{"ids":["7"]}}"#,
        r#"{"path":"a","path":"a","body":{"ids":["7"]}}"#,
        r#"{"path":"\u00","body":{"ids":["7"]}}"#,
        r#"{"path":"/crm","body":{}}"#,
    ] {
        assert_eq!(outline(text), None, "{text}");
    }
    assert_eq!(outline(&with_ids(1..=501)), None);
    for repeated in [1, 250, 499] {
        assert_eq!(outline(&with_ids((1..500).chain([repeated]))), None, "{repeated}");
        assert_eq!(outline(&with_ids([repeated].into_iter().chain((1..500).rev()))), None);
    }
    assert_eq!(outline(&with_ids([7, 8, 8])), None);
    assert_eq!(outline(&with_ids([8, 7, 8])), None);
}

/// Multiples of the inverse of the factor hash to the same slot.
#[test]
fn ids_made_to_collide_are_told_apart() {
    let inverse: u64 = 0xf1de_83e1_9937_733d;
    assert_eq!(inverse.wrapping_mul(0x9e37_79b9_7f4a_7c15), 1);
    let mut ids: Vec<u64> = (1..1_500).map(|n: u64| inverse.wrapping_mul(n)).collect();
    ids.retain(|id| i64::try_from(*id).is_ok());
    ids.truncate(500);
    assert_eq!(ids.len(), 500);
    assert!(outline(&with_ids(ids.iter().copied())).is_some());
    ids.swap_remove(250);
    assert_eq!(outline(&with_ids(ids.iter().copied().chain([ids[30]]))), None);
}

/// Calls that differ in little.
fn variants() -> impl Strategy<Value = String> {
    let value =
        r#"null|true|false|7|-1\.5|""|" "|"\\\\t"|"a"|"\\\\u0041"|\[\]|\["a"\]|\["a","b"\]"#;
    let name = "A|B|Field_Name|Field_Nbme|Field_Name_2|Long_Field_Name_1|Long_Field_Nbme_1";
    let data = prop::collection::vec((name, value), 1..4).prop_map(|fields| {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("\"data\":[{{{}}}]", fields.join(","))
    });
    let selection = r#""ids":\["[78]"\]|"ids":\["7","8"\]|"cvid":"[78]"|"cvid":"7","territory":\{"id":"[78]"(,"include_child":(true|false))?\}|"over_write":(true|false)"#;
    let around = prop_oneof![
        4 => Just(String::new()),
        1 => r#"("module":"(Leads|Deals|Leadsandmore)",)?("path":"/[ab]",)?("step":[12],)?("after":\[1?\],)?("api_version":"v[78]",)?"body":"#,
    ];
    (around, data, prop::collection::vec(selection, 0..3)).prop_map(|(around, data, selections)| {
        let body = format!("{{{}}}", [vec![data], selections].concat().join(","));
        if around.is_empty() { body } else { format!("{{{around}{body}}}") }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8_000))]

    /// Calls have one signature if and only if they have one specimen.
    #[test]
    fn signatures_tell_what_specimens_tell(
        first in variants(),
        second in variants(),
        (views, territories) in any::<(bool, bool)>(),
        turned in any::<bool>(),
    ) {
        let kept = KeptIds { views, territories };
        // The same call with its members in another order is more often alike than any other.
        let second = if turned {
            let Ok(Plain::Object(members)) = serde_json::from_str(&first) else { return Ok(()) };
            let members: Vec<_> = members.iter().rev().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        } else {
            second
        };
        let (Some(first), Some(second)) = (read(&first), read(&second)) else { return Ok(()) };
        let (signature, forms) = (Signature::of(&first, kept), second.forms());
        let alike = first.specimen(kept) == second.specimen(kept);
        prop_assert_eq!(signature.is_of(&second, forms, kept), alike);
        prop_assert!(!alike || first.hash(first.forms(), kept) == second.hash(forms, kept));
    }
}

proptest! {
    /// A string is read as the JSON library reads it.
    #[test]
    fn strings_are_read_as_the_library_reads_them(
        parts in prop::collection::vec(
            prop_oneof![
                "[a-zé\u{3000} \u{1f600}\"\\\\\u{7}]{0,12}",
                "\\\\[bfnrtu/\"\\\\x]",
                "\\\\u[0-9a-fD]{4}",
                "\\\\ud83d\\\\ude[0-9a-f]{2}",
            ],
            0..4,
        ),
    ) {
        let text = format!("{}\"", parts.concat());
        let quoted = format!("\"{text}");
        let mut values = serde_json::Deserializer::from_str(&quoted).into_iter::<String>();
        let expected = values.next().and_then(Result::ok);
        let mut pass = Pass::of(quoted.as_bytes());
        let found = pass.string();
        prop_assert_eq!(found.map(|found| found.decode(&mut Spare::default()).into_owned()), expected.clone());
        if let (Some(found), Some(expected)) = (found, expected) {
            prop_assert_eq!(found.is_blank(), expected.trim().is_empty());
            prop_assert_eq!(found.is_empty(), expected.is_empty());
            prop_assert_eq!(quoted.len() - pass.left(), values.byte_offset());
        }
    }
}
