//! `events`: what happened, one row an event.

use super::StatisticDoc;
use crate::engine::Event;
use crate::output::{Table, Values};
use crate::structure::Structure;

const fn doc(name: &'static str, unit: &'static str, definition: &'static str) -> StatisticDoc {
    StatisticDoc { table: "events", name, unit, definition, source: "mechanisms" }
}

/// Columns.
pub const DOCS: [StatisticDoc; 8] = [
    doc("tick", "quarters", "quarter since the start"),
    doc("kind", "", "what happened"),
    doc("agent_kind", "", "kind of agent"),
    doc("agent", "", "number of the agent"),
    doc("region", "", "region, if any"),
    doc("sector", "", "code of the sector, if any"),
    doc("amount_fen", "fen", "amount"),
    doc("detail", "", "more in words"),
];

/// Rows collected so far.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct EventRows(Vec<(i64, Event, String, String)>);

impl EventRows {
    /// Adds a tick's events.
    pub fn record(&mut self, tick: i64, events: &[Event], structure: &Structure) {
        for event in events {
            let region = event.region.and_then(|g| structure.regions.get(usize::from(g)));
            let sector = event.sector.and_then(|s| structure.sectors.get(usize::from(s)));
            let region = region.map_or_else(String::new, |r| r.name.clone());
            let sector = sector.map_or_else(String::new, |s| s.code.clone());
            self.0.push((tick, event.clone(), region, sector));
        }
    }

    /// The rows so far as a table; starts anew.
    pub fn take(&mut self) -> Table {
        let rows = core::mem::take(&mut self.0);
        let text = |of: fn(&(i64, Event, String, String)) -> String| Values::Text(rows.iter().map(of).collect());
        let values = [
            Values::Integer(rows.iter().map(|r| r.0).collect()),
            text(|r| r.1.kind.to_owned()),
            text(|r| r.1.agent_kind.to_owned()),
            Values::Integer(rows.iter().map(|r| r.1.agent).collect()),
            text(|r| r.2.clone()),
            text(|r| r.3.clone()),
            Values::Fen(rows.iter().map(|r| r.1.amount).collect()),
            text(|r| r.1.detail.clone()),
        ];
        DOCS.iter().zip(values).fold(Table::new("events"), |table, (doc, v)| table.with(doc.name, doc.unit, v))
    }
}
