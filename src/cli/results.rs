//! The results of a run on their way to its folder.

use std::path::Path;

use super::CliError;
use super::figures;
use crate::engine::configuration::Configuration;
use crate::engine::settings::OutputSettings;
use crate::figures::{FigureData, RenderOptions};
use crate::output::checkpoint::CHECKPOINT;
use crate::output::{Manifest, RunFolder, Status, StreamState, Table, TableStream, read_parquet};

/// Tables that figures are drawn from: a few rows a tick.
pub const KEPT: [&str; 11] = [
    "series",
    "sectors",
    "regions",
    "tasks",
    "banks",
    "firm_ages",
    "firm_growth",
    "firm_sizes",
    "firm_fifths",
    "displaced",
    "durations",
];

/// The rows of so many ticks are handed over at a time.
pub const TICKS_AT_A_TIME: u32 = 4;

/// Ticks in a row group: many for few rows a tick, few for many. Part of the bytes of the files.
fn ticks_a_group(table: &str) -> u32 {
    match table {
        _ if KEPT.contains(&table) => 64,
        "accounts" | "events" => TICKS_AT_A_TIME,
        _ => 1,
    }
}

/// Tables of a run that goes on.
pub struct Results {
    folder: RunFolder,
    streams: Vec<TableStream>,
    written: Vec<String>,
    /// Files of earlier runs into the folder.
    earlier: Vec<String>,
    csv: bool,
    configuration: serde_json::Value,
}

impl Results {
    /// Says in the manifest that the run goes on, and begins every table with its first rows. Nothing of an earlier
    /// run is gone on from.
    pub fn begin(
        folder: RunFolder,
        manifest: &Manifest,
        configuration: &Configuration,
        first: Vec<Table>,
    ) -> Result<Self, CliError> {
        folder.clear_checkpoint(&[])?;
        let output: OutputSettings = configuration.table("output");
        let mut results = Self::announce(folder, manifest, configuration)?;
        results.streams = first
            .into_iter()
            .filter(|table| output.accounts || table.name != "accounts")
            .map(|table| {
                let ticks = ticks_a_group(&table.name);
                TableStream::new(table, ticks)
            })
            .collect();
        Ok(results)
    }

    /// Goes on with the tables of a checkpoint; what was written after it goes.
    pub fn resume(
        folder: RunFolder,
        manifest: &Manifest,
        configuration: &Configuration,
        tables: Vec<StreamState>,
    ) -> Result<Self, CliError> {
        let parts = tables.iter().flat_map(|table| table.parts().iter().map(|part| part.path.clone()));
        let keep: Vec<String> = std::iter::once(CHECKPOINT.to_owned()).chain(parts).collect();
        let streams = tables
            .into_iter()
            .map(|table| Ok(TableStream::resume(&folder, table)?))
            .collect::<Result<Vec<_>, CliError>>()?;
        folder.clear_checkpoint(&keep)?;
        let mut results = Self::announce(folder, manifest, configuration)?;
        results.streams = streams;
        Ok(results)
    }

    fn announce(folder: RunFolder, manifest: &Manifest, configuration: &Configuration) -> Result<Self, CliError> {
        let output: OutputSettings = configuration.table("output");
        let earlier = Manifest::read(folder.path()).map_or_else(|_| Vec::new(), earlier_files);
        // Should this run be killed, the next one still knows what to take away.
        folder.write_manifest(&Manifest { earlier_files: earlier.clone(), ..manifest.clone() })?;
        folder.write_text("config.toml", &configuration.resolved_toml())?;
        Ok(Self {
            folder,
            streams: Vec::new(),
            written: vec!["config.toml".to_owned()],
            earlier,
            csv: output.csv,
            configuration: manifest.configuration.clone(),
        })
    }

    /// Where the results are.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Appends the rows up to a tick; tables that nobody wants are left out.
    pub fn append(&mut self, tables: Vec<Table>, tick: u32) -> Result<(), CliError> {
        for table in tables {
            if let Some(stream) = self.streams.iter_mut().find(|stream| stream.name() == table.name) {
                stream.append(&self.folder, table, tick)?;
            }
        }
        Ok(())
    }

    /// Brings all rows to the disk that are on their way; what a checkpoint needs to know of the tables.
    pub fn seal(&mut self) -> Result<Vec<StreamState>, CliError> {
        self.streams.iter_mut().map(|stream| Ok(stream.seal(&self.folder)?.clone())).collect()
    }

    /// The national series, once tables are complete.
    pub fn series(&self) -> Result<Table, CliError> {
        Ok(read_parquet(&self.path().join("series.parquet"))?)
    }

    /// Completes the tables; from now on they are in the folder.
    pub fn complete_tables(&mut self) -> Result<(), CliError> {
        for stream in &mut self.streams {
            stream.complete(&self.folder)?;
            self.written.push(format!("{}.parquet", stream.name()));
        }
        if self.csv {
            self.folder.write_csv(&self.series()?)?;
            self.written.push("series.csv".to_owned());
        }
        Ok(())
    }

    /// Draws every figure.
    pub fn draw_figures(&mut self) -> Result<(), CliError> {
        let read = |name: &&str| Ok(read_parquet(&self.path().join(format!("{name}.parquet")))?);
        let tables = KEPT.iter().map(read).collect::<Result<Vec<_>, CliError>>()?;
        let data: FigureData = figures::data(&tables, &self.configuration);
        let names = figures::draw(&self.folder, &crate::figures::all(), &data, RenderOptions::default())?;
        self.written.extend(names);
        Ok(())
    }

    /// Removes what an earlier run left and this one did not replace; writes the final manifest. The checkpoint of a
    /// run that is not complete stays.
    pub fn finish(&self, manifest: &Manifest) -> Result<(), CliError> {
        for name in self.earlier.iter().filter(|name| !self.written.contains(name)) {
            self.folder.remove(name)?;
        }
        let done = manifest.status == Status::Complete || !self.path().join(CHECKPOINT).exists();
        self.folder.finish(manifest.clone(), &self.written)?;
        if done {
            self.folder.clear_checkpoint(&[])?;
        }
        Ok(())
    }

    /// After a write that failed: takes away what is half-written, which makes room, and says in the manifest why the run
    /// ended. It vouches for no file: tables of this name may be of an earlier run.
    pub fn fail(&mut self, manifest: &Manifest) -> Result<(), CliError> {
        self.streams.clear();
        let mut earlier_files = [self.earlier.as_slice(), &self.written].concat();
        earlier_files.retain(|name| name != "config.toml");
        earlier_files.sort();
        earlier_files.dedup();
        self.folder.write_manifest(&Manifest { earlier_files, ..manifest.clone() })?;
        Ok(())
    }
}

/// What a next run into the folder takes away, unless it replaces it.
fn earlier_files(manifest: Manifest) -> Vec<String> {
    let written = manifest.files.into_iter().map(|file| file.path);
    let mut names: Vec<String> = written.chain(manifest.earlier_files).filter(|name| name != "config.toml").collect();
    names.sort();
    names.dedup();
    names
}
