//! Records in memory: rows of shared cells.
//!
//! A mass update sets the same value on hundreds of records, so a value is kept once, with its JSON, and the
//! rows refer to it.

use std::collections::HashMap;
use std::sync::Arc;

use massup_model::{RecordId, TerritoryId};
use serde_json::{Map, Value};

use super::disk::Update;
use super::{State, Store, Undo};
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

/// Where the records of a module are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(usize);

impl Store {
    /// Adds a record, or replaces the one with its id.
    pub(crate) fn insert(&self, module: &str, record: &Record) {
        let mut state = self.state.borrow_mut();
        let Some(place) = state.place(module) else { return };
        let Some(table) = state.tables.get_mut(place) else { return };
        let Record { id, data, state: held, territories } = record;
        let row = Interner::default().row(table, data, *held, territories);
        let (row, names) = (Arc::new(row), Arc::clone(&table.names));
        let old = table.put(*id, Arc::clone(&row));
        state.undo.push(Undo::Row(place, *id, old));
        state.batch.rows.push((module.to_owned(), *id, View { names, row }));
    }

    /// Where the records of a module are.
    pub(crate) fn place(&self, module: &str) -> Place {
        Place(self.state.borrow().place(module).unwrap_or(usize::MAX))
    }

    /// The number by which the cells of a field are set.
    pub(crate) fn number(&self, place: Place, field: &str) -> u32 {
        let mut state = self.state.borrow_mut();
        state.tables.get_mut(place.0).map_or(u32::MAX, |table| table.number(field))
    }

    /// Sets cells of a record that is there, and gives the record as it is then.
    pub(crate) fn set(&self, place: Place, id: RecordId, cells: &[(u32, Shared)]) -> Option<View> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let table = state.tables.get_mut(place.0)?;
        let row = Arc::new(table.row(id)?.with(cells));
        let names = Arc::clone(&table.names);
        let old = table.put(id, Arc::clone(&row));
        state.undo.push(Undo::Row(place.0, id, old));
        if self.disk.is_some() {
            match state.batch.updates.last_mut().filter(|u| u.is_of(&table.module, cells)) {
                Some(update) => update.ids.push(id),
                None => state.batch.updates.push(Update {
                    module: table.module.clone(),
                    ids: vec![id],
                    names: Arc::clone(&names),
                    cells: cells.to_vec(),
                }),
            }
        }
        Some(View { names, row })
    }

    /// A record as it is now.
    pub(crate) fn view_at(&self, place: Place, id: RecordId) -> Option<View> {
        let state = self.state.borrow();
        let table = state.tables.get(place.0)?;
        Some(View { names: Arc::clone(&table.names), row: Arc::clone(table.row(id)?) })
    }

    /// A record of a module as it is now.
    pub(crate) fn view(&self, module: &str, id: RecordId) -> Option<View> {
        self.view_at(self.place(module), id)
    }

    /// The record with an id, of whatever module.
    pub(crate) fn view_of(&self, id: RecordId) -> Option<View> {
        let state = self.state.borrow();
        let view = |table: &Table| {
            Some(View { names: Arc::clone(&table.names), row: Arc::clone(table.row(id)?) })
        };
        state.tables.iter().find_map(view)
    }

    /// A record of a module, with its id and all its fields.
    pub(crate) fn record(&self, module: &str, id: RecordId) -> Option<Record> {
        Some(self.view(module, id)?.record(id))
    }

    /// The ids of the records of a module that pass a test, in order.
    pub(crate) fn matching(&self, module: &str, test: impl Fn(&View) -> bool) -> Vec<RecordId> {
        let state = self.state.borrow();
        let Some(table) = state.place(module).and_then(|place| state.tables.get(place)) else {
            return Vec::new();
        };
        table.views().filter(|(_, view)| test(view)).map(|(id, _)| id).collect()
    }

    /// The first records of a module, by id.
    pub(crate) fn first(&self, module: &str, limit: usize) -> Vec<Record> {
        let state = self.state.borrow();
        let table = state.place(module).and_then(|place| state.tables.get(place));
        let views = table.into_iter().flat_map(Table::views).take(limit);
        views.map(|(id, view)| view.record(id)).collect()
    }

    /// The ids of all records of a module, in order.
    pub(crate) fn ids(&self, module: &str) -> Vec<RecordId> {
        let state = self.state.borrow();
        let table = state.place(module).and_then(|place| state.tables.get(place));
        table.map(Table::ids).unwrap_or_default()
    }

    /// How many records a module has.
    pub(crate) fn count(&self, module: &str) -> u64 {
        let state = self.state.borrow();
        let table = state.place(module).and_then(|place| state.tables.get(place));
        table.map_or(0, Table::len) as u64
    }

    /// Whether another record of the module has a value in a field.
    pub(crate) fn has_other(&self, module: &str, field: &str, value: &Value, id: RecordId) -> bool {
        let others = self.matching(module, |view| view.get(field) == Some(value));
        others.into_iter().any(|other| other != id)
    }
}

impl State {
    fn place(&self, module: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.module == module)
    }
}
