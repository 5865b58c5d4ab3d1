//! The steps of a plan as a Mermaid graph.

use anyhow::Result;
use massup_model::limits;
use massup_planner::{Action, Route};

use super::Shown;
use crate::output::count;
use crate::text::is_hidden;

/// The graph from the selection through the steps.
///
/// # Errors
///
/// A step is not valid.
pub(super) fn graph(shown: &Shown<'_>) -> Result<String> {
    let mut text = "flowchart TD\n".to_owned();
    text += &format!("    plan[\"{}\"]\n", label(&shown.headline()));
    let Some(summary) = shown.summary else {
        for (index, remedy) in shown.remedies().iter().enumerate() {
            text += &format!("    plan -.-> change{index}[\"{}\"]\n", label(remedy));
        }
        return Ok(text);
    };
    if summary.route == Route::Ids {
        let calls = count(summary.steps / shown.passes(), "call");
        for (index, group) in summary.field_groups.iter().enumerate() {
            let fields = group.join(", ");
            text += &format!(
                "    plan --> group{index}[\"{calls}, at most {} ids: set {}\"]\n",
                limits::MAX_IDS,
                label(&fields)
            );
        }
        return Ok(text);
    }
    for step in shown.steps()? {
        let number = step.number;
        let words = label(&format!("{number}  {}", shown.step(&step)));
        let (open, close) =
            if matches!(step.action, Action::Read(_)) { ("[/", "/]") } else { ("[", "]") };
        let from = step.after.map_or("plan".to_owned(), |after| format!("step{after}"));
        text += &format!("    {from} --> step{number}{open}\"{words}\"{close}\n");
    }
    Ok(text)
}

/// A text inside the quotes of a label. A backtick would start Markdown, and a number sign an entity.
fn label(text: &str) -> String {
    let code = |sign: char| match sign {
        '#' | '&' | '"' | '<' | '>' | '`' | '\\' => format!("#{};", u32::from(sign)),
        '\n' | '\r' | '\t' => " ".to_owned(),
        other if is_hidden(other) => format!("#92;u{{{:x}}}", u32::from(other)),
        other => other.to_string(),
    };
    text.chars().map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_label_has_no_markup_and_no_hidden_character() {
        assert_eq!(label("a\u{202e}\"b\nc`"), "a#92;u{202e}#34;b c#96;");
    }
}
