//! The results of a run on their way to its folder.

use super::CliError;
use super::figures;
use crate::engine::configuration::Configuration;
use crate::engine::settings::OutputSettings;
use crate::figures::{FigureData, RenderOptions};
use crate::output::{Manifest, RunFolder, Table, TableWriter, Values};

/// Tables that figures are drawn from: a few rows a tick that stay in memory and are written in one piece. The others
/// only pass through.
pub const KEPT: [&str; 5] = ["series", "sectors", "regions", "tasks", "banks"];

/// Tables of a run that goes on.
pub struct Results {
    folder: RunFolder,
    writers: Vec<(String, TableWriter)>,
    kept: Vec<Table>,
    written: Vec<String>,
    /// Files of an earlier run into the folder.
    earlier: Vec<String>,
    csv: bool,
    configuration: serde_json::Value,
}

impl Results {
    /// Says in the manifest that the run goes on, and begins every table with its first rows.
    pub fn begin(
        folder: RunFolder,
        manifest: &Manifest,
        configuration: &Configuration,
        first: Vec<Table>,
    ) -> Result<Self, CliError> {
        let output: OutputSettings = configuration.table("output");
        let mut earlier = Manifest::read(folder.path()).map_or_else(|_| Vec::new(), |m| m.files);
        earlier.retain(|file| file.path != "config.toml");
        // Should this run be killed, the next one still knows what to take away.
        folder.write_manifest(&Manifest { files: earlier.clone(), ..manifest.clone() })?;
        folder.write_text("config.toml", &configuration.resolved_toml())?;
        let writers = first
            .iter()
            .filter(|table| !KEPT.contains(&table.name.as_str()) && (output.accounts || table.name != "accounts"))
            .map(|table| Ok((table.name.clone(), folder.table_writer(table)?)))
            .collect::<Result<_, CliError>>()?;
        let mut results = Self {
            folder,
            writers,
            kept: Vec::new(),
            written: vec!["config.toml".to_owned()],
            earlier: earlier.into_iter().map(|file| file.path).collect(),
            csv: output.csv,
            configuration: manifest.configuration.clone(),
        };
        results.append(first)?;
        Ok(results)
    }

    /// Appends rows to every table.
    pub fn append(&mut self, tables: Vec<Table>) -> Result<(), CliError> {
        for table in tables {
            if let Some((_, writer)) = self.writers.iter_mut().find(|(name, _)| *name == table.name) {
                writer.append(&table)?;
            }
            match self.kept.iter_mut().find(|kept| kept.name == table.name) {
                Some(kept) => extend(kept, table),
                None if KEPT.contains(&table.name.as_str()) => self.kept.push(table),
                None => {}
            }
        }
        Ok(())
    }

    /// The national series so far.
    pub fn series(&self) -> &Table {
        self.kept.iter().find(|table| table.name == "series").expect("a simulation always records its series")
    }

    /// Completes the tables; from now on they are in the folder.
    pub fn complete_tables(&mut self) -> Result<(), CliError> {
        for (name, writer) in self.writers.drain(..) {
            writer.finish()?;
            self.written.push(format!("{name}.parquet"));
        }
        for table in &self.kept {
            self.folder.write_table(table)?;
            self.written.push(format!("{}.parquet", table.name));
        }
        if self.csv {
            self.folder.write_csv(self.series())?;
            self.written.push("series.csv".to_owned());
        }
        Ok(())
    }

    /// Draws every figure.
    pub fn draw_figures(&mut self) -> Result<(), CliError> {
        let data: FigureData = figures::data(&self.kept, &self.configuration);
        let names = figures::draw(&self.folder, &crate::figures::all(), &data, RenderOptions::default())?;
        self.written.extend(names);
        Ok(())
    }

    /// Removes what an earlier run left and this one did not replace; writes the final manifest.
    pub fn finish(self, manifest: Manifest) -> Result<(), CliError> {
        for name in self.earlier.iter().filter(|name| !self.written.contains(name)) {
            self.folder.remove(name)?;
        }
        self.folder.finish(manifest, &self.written)?;
        Ok(())
    }
}

fn extend(table: &mut Table, more: Table) {
    for (column, rows) in table.columns.iter_mut().zip(more.columns) {
        match (&mut column.values, rows.values) {
            (Values::Integer(all), Values::Integer(rows)) => all.extend(rows),
            (Values::Real(all), Values::Real(rows)) => all.extend(rows),
            (Values::Text(all), Values::Text(rows)) => all.extend(rows),
            (Values::Fen(all), Values::Fen(rows)) => all.extend(rows),
            _ => unreachable!("a table's columns keep their kinds"),
        }
    }
}
