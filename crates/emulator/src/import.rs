//! What a description has to be, beyond its form, to be an organisation.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use crate::documented::is_api_name;
use crate::metadata::{Description, Module};

/// Checks a description, and says what is wrong first.
pub(crate) fn check(description: &Description) -> Result<(), String> {
    people(description)?;
    territories(description)?;
    once("module", description.modules.iter().map(|module| &module.api_name))?;
    let modules = &description.modules;
    once("custom view", modules.iter().flat_map(|m| &m.views).map(|view| view.id))?;
    once("record", modules.iter().flat_map(|m| &m.records).map(|record| record.id))?;
    modules.iter().try_for_each(|module| self::module(description, module))
}

/// Ids name one thing, and names too.
fn once<T: Copy + Display + Eq + Hash>(
    what: &str,
    names: impl Iterator<Item = T>,
) -> Result<(), String> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(format!("{what} `{name}` is described twice"));
        }
    }
    Ok(())
}

fn people(description: &Description) -> Result<(), String> {
    let Description { profiles, users, tokens, clients, .. } = description;
    once("profile", profiles.iter().map(|profile| &profile.id))?;
    once("user", users.iter().map(|user| &user.id))?;
    for user in users {
        if !profiles.iter().any(|profile| profile.id == user.profile) {
            let (id, profile) = (&user.id, &user.profile);
            return Err(format!("user `{id}` has profile `{profile}`, which is not described"));
        }
    }
    // Tokens are secrets: messages name them by their place.
    let holders = (1..).zip(tokens).map(|(place, token)| ("token", place, &token.user));
    let clients = (1..).zip(clients).map(|(place, client)| ("client", place, &client.user));
    for (what, place, user) in holders.chain(clients) {
        if !users.iter().any(|known| known.id == *user) {
            return Err(format!("{what} {place} acts as user `{user}`, who is not described"));
        }
    }
    let mut seen = HashSet::new();
    match (1..).zip(tokens).find(|(_, token)| !seen.insert(&token.token)) {
        Some((place, _)) => Err(format!("token {place} is described before")),
        None => Ok(()),
    }
}

fn territories(description: &Description) -> Result<(), String> {
    once("territory", description.territories.iter().map(|territory| territory.id))?;
    for territory in &description.territories {
        let mut above = territory.reporting_to;
        let mut steps = 0;
        while let Some(id) = above {
            let known = description.territories.iter().find(|known| known.id == id);
            let Some(known) = known else {
                return Err(format!("territory `{id}` has others below it, and is not described"));
            };
            steps += 1;
            if steps > description.territories.len() {
                return Err(format!("territory `{}` is below itself", territory.id));
            }
            above = known.reporting_to;
        }
    }
    Ok(())
}

fn module(description: &Description, module: &Module) -> Result<(), String> {
    let name = &module.api_name;
    if !is_api_name(name) {
        return Err(format!(
            "`{name}` is not an API name of a module: expected a letter, then letters, digits and underscores"
        ));
    }
    let within = |what: String| format!("module `{name}`: {what}");
    once("field", module.fields.iter().map(|field| &field.api_name)).map_err(within)?;
    once("layout", module.layouts.iter().map(|layout| &layout.id)).map_err(within)?;
    let known: HashSet<_> = description.territories.iter().map(|known| known.id).collect();
    for record in &module.records {
        if let Some(lost) = record.territories.iter().find(|id| !known.contains(id)) {
            let id = record.id;
            return Err(within(format!(
                "record `{id}` is in territory `{lost}`, which is not described"
            )));
        }
    }
    Ok(())
}
