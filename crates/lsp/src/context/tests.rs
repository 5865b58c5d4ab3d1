use super::{At, Style, of};

/// The keys at the cursor `|`, whether it is at a key or a value, and the word there.
#[track_caller]
fn check(style: Style, text: &str, expected: &str) {
    let cursor = text.find('|').unwrap();
    let text = text.replacen('|', "", 1);
    let found = of(&text, style, cursor).map(|context| {
        let at = match context.at {
            At::Key { .. } => "key",
            At::Value => "value",
        };
        format!("{} {at} {:?}", context.keys.join("."), &text[context.word])
    });
    assert_eq!(found.as_deref().unwrap_or("nowhere"), expected, "{text}");
}

#[test]
fn a_cursor_in_json() {
    let json = |text: &str, expected: &str| check(Style::Json, text, expected);
    json("{ \"|", " key \"\"");
    json("{ \"da|ta\": [] }", " key \"data\"");
    json("{ \"data\": [{ \"Ci|\" }], \"ids\": [\"1\"] }", "data key \"Ci\"");
    json("{ \"data\": [{ \"City\": | }] }", "data.City value \"\"");
    json("{ \"data\": [{ \"City\": \"Che|\"", "data.City value \"Che\"");
    json(
        "{ \"data\": [{ \"Languages\": [\"English\", \"Ta|\"] }] }",
        "data.Languages value \"Ta\"",
    );
    json("{ \"cvid\": \"|\", \"data\": [] }", "cvid value \"\"");
    json("{ \"territory\": { \"id\": \"|", "territory.id value \"\"");
    json("{ // no|te\n}", "nowhere");
}

#[test]
fn a_cursor_in_yaml() {
    let yaml = |text: &str, expected: &str| check(Style::Yaml, text, expected);
    yaml("module: Le|", "module value \"Le\"");
    yaml("module: Leads\nset:\n  |", "set key \"\"");
    yaml("module: Leads\nset:\n  Lead_Source: |\nselect:\n", "set.Lead_Source value \"\"");
    yaml("select:\n  territory: { id: \"|\" }\n", "select.territory.id value \"\"");
    yaml("set: { Languages: [English, Ta|] }\n", "set.Languages value \"Ta\"");
    yaml("set:\n  City: Chennai\nse|", " key \"se\"");
}

#[test]
fn a_cursor_in_toml() {
    let toml = |text: &str, expected: &str| check(Style::Toml, text, expected);
    toml("module = \"|\"\n", "module value \"\"");
    toml("[set]\nCi|", "set key \"Ci\"");
    toml("[set]\nCity = \"a\"\n|", "set key \"\"");
    toml("[select]\nview = \"|", "select.view value \"\"");
}

#[test]
fn any_text_has_an_answer_at_every_byte() {
    let text = "{\"é\": [1, {'a': # \"b\n- c: [d, e: {\n\\\"\u{1d11e}\" = [[x.y]]\n}]/* // */, :";
    for style in [Style::Json, Style::Yaml, Style::Toml] {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            for cursor in (0..=end).filter(|cursor| text.is_char_boundary(*cursor)) {
                of(&text[..end], style, cursor);
            }
        }
    }
}
