//! Views and territories of `--view` and `--territory`: by id, or by a name that one of the snapshot has.

use std::str::FromStr;

use massup_model::{TerritoryId, ViewId};
use massup_rules::{Facts, nearest};

use crate::output::printable;

/// The view that a text means.
///
/// # Errors
///
/// The text is not an id, and no view of the module has this name, or several have it: what to say to people.
pub(super) fn view(text: &str, module: &str, known: Option<&Facts>) -> Result<ViewId, String> {
    let views = known.and_then(|known| known.views_of(module));
    let found = views.map(|views| views.by_name(text)).unwrap_or_default();
    let names = views.into_iter().flat_map(|views| &views.views);
    let names = names.filter_map(|view| view.name.as_deref());
    let ids = found.iter().map(|view| view.id);
    let listed = format!("`massup views {}` lists them", printable(module));
    if views.is_none() && text.parse::<ViewId>().is_err() {
        let module = printable(module);
        return Err(unknown(text, "custom view", &format!("`massup pull --module {module}`")));
    }
    one(text, &ids.collect::<Vec<_>>(), names, "custom view", &listed)
}

/// The territory that a text means.
///
/// # Errors
///
/// As [`view`].
pub(super) fn territory(text: &str, known: Option<&Facts>) -> Result<TerritoryId, String> {
    let found = known.map(|known| known.territories_by_name(text)).unwrap_or_default();
    let all = known.and_then(|known| known.territories.as_deref()).unwrap_or_default();
    let names = all.iter().filter_map(|territory| territory.name.as_deref());
    let ids = found.iter().map(|territory| territory.id);
    if known.is_none_or(|known| known.territories.is_none()) && text.parse::<TerritoryId>().is_err()
    {
        return Err(unknown(text, "territory", "`massup pull`"));
    }
    one(text, &ids.collect::<Vec<_>>(), names, "territory", "`massup territories` lists them")
}

/// What to say of a name where nothing is known that has names.
fn unknown(text: &str, what: &str, command: &str) -> String {
    let text = printable(text);
    format!(
        "`{text}` is not the id of a {what}, and no snapshot is there to look up its name\nhelp: use the id, or download \
         the names with {command}"
    )
}

fn one<'n, Id: FromStr>(
    text: &str,
    found: &[u64],
    names: impl Iterator<Item = &'n str>,
    what: &str,
    listed: &str,
) -> Result<Id, String> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let text = printable(text);
    match *found {
        [id] => {
            let unfit =
                |_| format!("the id {id} of the {what} `{text}` in the snapshot is not a valid id");
            id.to_string().parse().map_err(unfit)
        }
        [] => {
            let near = nearest(&text, names);
            let near = near
                .map_or_else(String::new, |near| format!("; did you mean `{}`?", printable(near)));
            Err(format!(
                "`{text}` is neither an id nor the name of a {what} in the snapshot{near}\nhelp: {listed}"
            ))
        }
        ref several => Err(format!(
            "`{text}` is the name of {} in the snapshot\nhelp: use the id; {listed}",
            crate::output::count(several.len(), what)
        )),
    }
}

#[cfg(test)]
mod tests {
    use massup_rules::facts::View;

    use super::*;

    fn facts() -> Facts {
        let named = |id, name: &str| {
            let mut view = View::new(id);
            view.name = Some(name.to_owned());
            view
        };
        let views = [named(7, "Open Leads"), named(8, "Twice"), named(9, "Twice")];
        Facts::default().views("Leads", views)
    }

    #[test]
    fn an_id_or_a_name_that_one_view_has_is_taken() {
        let facts = facts();
        let id = |text: &str| view(text, "Leads", Some(&facts)).map(|id| id.to_string());
        assert_eq!(id("554023000000091515").as_deref(), Ok("554023000000091515"));
        assert_eq!(id("open leads").as_deref(), Ok("7"));
        assert_eq!(
            view("554023000000091515", "Leads", None).map(|id| id.to_string()),
            id("554023000000091515")
        );
    }

    #[test]
    fn a_name_that_none_or_several_have_is_refused() {
        let facts = facts();
        let refused = |text: &str| view(text, "Leads", Some(&facts)).unwrap_err();
        assert!(
            refused("Opn Leads").contains("did you mean `Open Leads`?"),
            "{}",
            refused("Opn Leads")
        );
        assert!(refused("Twice").contains("name of 2 custom views"), "{}", refused("Twice"));
        let unknown = view("Open Leads", "Leads", None).unwrap_err();
        assert!(
            unknown.contains("no snapshot") && unknown.contains("`massup pull --module Leads`")
        );
    }
}
