//! Which column of a table holds the ids.

/// The index of the named column. A name that differs only by case is found if it is unique.
pub(super) fn named(names: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    let only = |same: &dyn Fn(&str) -> bool| {
        let mut alike = names.iter().enumerate().filter(|(_, name)| same(name));
        let (at, _) = alike.next()?;
        Some(alike.next().is_none().then_some(at))
    };
    let folded = wanted.to_lowercase();
    only(&|name| name == wanted).or_else(|| only(&|name| name.to_lowercase() == folded))?
}

/// The index of the only column that is obviously the record id: `Id`, `Record Id`, `zcrm_id`, `Lead Id` for the
/// module Leads.
pub(super) fn obvious(names: &[String], module: &str) -> Option<usize> {
    let of_module = folded(module);
    let singular = match of_module.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => of_module.strip_suffix('s').unwrap_or(&of_module).to_owned(),
    };
    let is_id = |name: &str| {
        let name = folded(name);
        let name = ["zohocrm", "zcrm", "zoho", "crm"]
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))
            .unwrap_or(&name);
        match name.strip_suffix("id") {
            Some("" | "record") => true,
            Some(rest) => !module.is_empty() && (rest == of_module || rest == singular),
            None => false,
        }
    };
    let mut found = names.iter().enumerate().filter(|(_, name)| is_id(name));
    let (at, _) = found.next()?;
    found.next().is_none().then_some(at)
}

/// The column that is most like a name, if one is.
pub(crate) fn similar<'n>(names: &'n [String], wanted: &str) -> Option<&'n str> {
    let wanted = folded(wanted);
    let likeness = |name: &String| {
        let name = folded(name);
        if name == wanted { 1.0 } else { strsim::jaro_winkler(&name, &wanted) }
    };
    let scored = names.iter().map(|name| (likeness(name), name));
    let (score, name) = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (score >= 0.85).then_some(name)
}

/// Letters and digits in lower case.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_obvious_column_is_found_where_there_is_one() {
        for (columns, module, expected) in [
            (&["Name", "Id"][..], "", Some(1)),
            (&["Record Id", "Lead Owner Id"], "Leads", Some(0)),
            (&["record_id", "x"], "", Some(0)),
            (&["zcrm_id"], "", Some(0)),
            (&["ZOHO_CRM_ID"], "", Some(0)),
            (&["Lead Id", "Account Id"], "Leads", Some(0)),
            (&["Opportunity ID", "Account Id"], "Opportunities", Some(0)),
            (&["Lead Id"], "", None),
            (&["Id", "Record Id"], "", None),
            (&["Paid", "Valid", "Lead Owner.id"], "Leads", None),
            (&[], "", None),
        ] {
            assert_eq!(obvious(&names(columns), module), expected, "{columns:?} of {module}");
        }
    }

    #[test]
    fn a_near_name_is_proposed() {
        let columns = names(&["Record Id", "Last Name", "City"]);
        assert_eq!(similar(&columns, "Record_Id"), Some("Record Id"));
        assert_eq!(similar(&columns, "RecordID"), Some("Record Id"));
        assert_eq!(similar(&columns, "Recrod Id"), Some("Record Id"));
        assert_eq!(similar(&columns, "Fax"), None);
    }
}
