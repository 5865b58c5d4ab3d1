//! Any bytes as a list of ids: ids or an error, however they arrive, and each is once in a set.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use massup_model::RecordId;
use massup_planner::IdSet;
use massup_planner::ids::{Hints, Ids};

use crate::choice;

const HINTS: [Hints<'_>; 4] = [
    Hints { column: None, module: "" },
    Hints { column: None, module: "Leads" },
    Hints { column: Some("id"), module: "" },
    Hints { column: Some("Lead Id"), module: "Leads" },
];

type Read = Result<Vec<RecordId>, String>;

fn all<R: BufRead>(ids: Result<Ids<R>, massup_planner::Error>) -> Read {
    let read: Result<Vec<_>, _> = ids.and_then(Iterator::collect);
    read.map_err(|error| error.to_string())
}

/// The same text in pieces.
fn pieces(bytes: &[u8]) -> BufReader<&[u8]> {
    BufReader::with_capacity(3, bytes)
}

pub(crate) fn target(bytes: &[u8]) {
    let Some((kind, bytes)) = choice(bytes) else { return };
    let hints = HINTS[kind % HINTS.len()];
    let column = hints.column.unwrap_or("id");
    let found = all(Ids::detect(bytes, hints).map(|(ids, _)| ids));
    assert_eq!(all(Ok(Ids::from_lines(bytes))), all(Ok(Ids::from_lines(pieces(bytes)))));
    assert_eq!(
        all(Ok(Ids::from_json_lines(bytes, column))),
        all(Ok(Ids::from_json_lines(pieces(bytes), column)))
    );
    assert_eq!(all(Ids::from_json(bytes, column)), all(Ids::from_json(pieces(bytes), column)));
    assert_eq!(all(Ids::from_column(bytes, column)), all(Ids::from_column(pieces(bytes), column)));
    let (mut set, mut plain) = (IdSet::default(), BTreeSet::new());
    for id in found.into_iter().flatten() {
        assert_eq!(set.insert(id), plain.insert(id));
        assert!(set.contains(id));
    }
}
