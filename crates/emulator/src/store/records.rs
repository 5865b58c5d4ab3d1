//! Records in memory: rows of shared cells.
//!
//! A mass update sets the same value on hundreds of records, so a value is kept once, with its JSON, and the
//! rows refer to it.

use std::collections::HashMap;
use std::sync::Arc;

use massup_model::{RecordId, TerritoryId};
use serde_json::{Map, Value};

use crate::metadata::{Record, RecordState};

/// A value and its JSON.
#[derive(Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) value: Value,
    pub(crate) json: Box<str>,
}

/// A value that many records have.
pub(crate) type Shared = Arc<Cell>;

/// Makes a cell of a value.
pub(crate) fn cell(value: Value) -> Shared {
    let json = value.to_string().into();
    Arc::new(Cell { value, json })
}

/// The names of the fields that the records of a module have, by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Names {
    /// The number of a name, which gets one if it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let (number, name) = (u32::try_from(self.names.len()).unwrap_or(u32::MAX), Arc::from(name));
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    pub(super) fn name(&self, number: u32) -> &str {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.names.get(place).map(|name| &**name).unwrap_or_default()
    }
}

/// What a record is, without its id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) state: RecordState,
    pub(crate) territories: Box<[TerritoryId]>,
    cells: Vec<(u32, Shared)>,
}

impl Row {
    fn cell(&self, number: u32) -> Option<&Shared> {
        self.cells.iter().find(|(known, _)| *known == number).map(|(_, cell)| cell)
    }

    /// The same row with some cells set.
    pub(super) fn with(&self, cells: &[(u32, Shared)]) -> Self {
        let mut row = self.clone();
        for (number, cell) in cells {
            match row.cells.iter_mut().find(|(known, _)| known == number) {
                Some((_, old)) => *old = Arc::clone(cell),
                None => row.cells.push((*number, Arc::clone(cell))),
            }
        }
        row
    }
}

/// A record as it was when it was looked at.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(super) names: Arc<Names>,
    pub(crate) row: Arc<Row>,
}

impl View {
    /// The value of a field with its JSON.
    pub(crate) fn cell(&self, name: &str) -> Option<&Shared> {
        self.row.cell(*self.names.numbers.get(name)?)
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.cell(name).map(|cell| &cell.value)
    }

    /// All fields.
    pub(crate) fn data(&self) -> Map<String, Value> {
        let cells = self.row.cells.iter();
        cells.map(|(n, cell)| (self.names.name(*n).to_owned(), cell.value.clone())).collect()
    }

    /// A record that is in no table.
    #[cfg(test)]
    pub(crate) fn of(data: &Map<String, Value>) -> Self {
        let mut table = Table::default();
        let row = Interner::default().row(&mut table, data, RecordState::Free, &[]);
        Self { names: table.names, row: Arc::new(row) }
    }

    pub(super) fn record(&self, id: RecordId) -> Record {
        let (state, territories) = (self.row.state, self.row.territories.to_vec());
        Record { id, data: self.data(), state, territories }
    }

    /// All fields as a JSON object.
    pub(super) fn json(&self) -> String {
        let mut json = String::from("{");
        for (place, (number, cell)) in self.row.cells.iter().enumerate() {
            if place > 0 {
                json.push(',');
            }
            json.push_str(&Value::from(self.names.name(*number)).to_string());
            json.push(':');
            json.push_str(&cell.json);
        }
        json.push('}');
        json
    }
}

/// The records of a module, by id.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) module: String,
    pub(super) names: Arc<Names>,
    rows: Vec<(RecordId, Arc<Row>)>,
}

impl Table {
    pub(super) fn of(module: &str) -> Self {
        Self { module: module.to_owned(), ..Self::default() }
    }

    pub(super) fn number(&mut self, name: &str) -> u32 {
        match self.names.numbers.get(name) {
            Some(number) => *number,
            None => Arc::make_mut(&mut self.names).number(name),
        }
    }

    fn place(&self, id: RecordId) -> Result<usize, usize> {
        self.rows.binary_search_by_key(&id, |(known, _)| *known)
    }

    pub(super) fn row(&self, id: RecordId) -> Option<&Arc<Row>> {
        self.rows.get(self.place(id).ok()?).map(|(_, row)| row)
    }

    /// Puts a row in the place of the one with its id, which is returned.
    pub(super) fn put(&mut self, id: RecordId, row: Arc<Row>) -> Option<Arc<Row>> {
        match self.place(id) {
            Ok(place) => {
                let (_, known) = self.rows.get_mut(place)?;
                Some(std::mem::replace(known, row))
            }
            Err(place) => {
                self.rows.insert(place, (id, row));
                None
            }
        }
    }

    /// Sets the same fields of some records.
    pub(super) fn update(&mut self, ids: &[RecordId], data: &Map<String, Value>) {
        let cells = data.iter().map(|(name, value)| (self.number(name), cell(value.clone())));
        let cells: Vec<(u32, Shared)> = cells.collect();
        for id in ids {
            if let Some(row) = self.row(*id).map(|row| row.with(&cells)) {
                self.put(*id, Arc::new(row));
            }
        }
    }

    pub(super) fn remove(&mut self, id: RecordId) {
        if let Ok(place) = self.place(id) {
            self.rows.remove(place);
        }
    }

    /// Adds a row in any order; [`sort`](Self::sort) has to follow.
    pub(super) fn push(&mut self, id: RecordId, row: Row) {
        self.rows.push((id, Arc::new(row)));
    }

    pub(super) fn sort(&mut self) {
        self.rows.sort_unstable_by_key(|(id, _)| *id);
        self.rows.shrink_to_fit();
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn views(&self) -> impl Iterator<Item = (RecordId, View)> {
        self.rows
            .iter()
            .map(|(id, row)| (*id, View { names: Arc::clone(&self.names), row: Arc::clone(row) }))
    }

    pub(super) fn ids(&self) -> Vec<RecordId> {
        self.rows.iter().map(|(id, _)| *id).collect()
    }
}

/// Makes rows, and keeps a value that comes again only once.
#[derive(Debug, Default)]
pub(super) struct Interner(HashMap<Box<str>, Shared>);

/// Values that are looked for at most, so that long lists of different ones cost no memory for long.
const INTERNED: usize = 50_000;

impl Interner {
    pub(super) fn row(
        &mut self,
        table: &mut Table,
        data: &Map<String, Value>,
        state: RecordState,
        territories: &[TerritoryId],
    ) -> Row {
        let mut cells = Vec::with_capacity(data.len());
        cells.extend(data.iter().map(|(name, value)| (table.number(name), self.cell(value))));
        Row { state, territories: territories.into(), cells }
    }

    fn cell(&mut self, value: &Value) -> Shared {
        let json = value.to_string().into_boxed_str();
        if let Some(known) = self.0.get(&json) {
            return Arc::clone(known);
        }
        let cell = Arc::new(Cell { value: value.clone(), json: json.clone() });
        if self.0.len() >= INTERNED {
            self.0.clear();
        }
        self.0.insert(json, Arc::clone(&cell));
        cell
    }
}
