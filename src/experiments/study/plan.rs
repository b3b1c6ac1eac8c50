//! The plan of a study: what is run, in which shards, and what comes out; written once.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::content::content_hash;
use super::error::StudyError;
use super::folder::{Commit, Folder, link, remove, rename, sync_folder, temporary_for, write_beside};
use super::part::{self, ColumnDoc};
use super::runs::Run;
use crate::engine::configuration::Configuration;
use crate::engine::parameters::Value;
use crate::experiments::designs::{Design, levels::interleaved};
use crate::experiments::sweep_file::{Outcomes, RandomNumbers, Sweep};
use crate::output::{OutputError, Table, Values, read_parquet, write_parquet};

/// Version of the files of a study.
pub const SCHEMA: u32 = 1;

/// Shards of a study, at most, so that their names sort.
pub const MOST_SHARDS: u64 = 999_999;

/// A parameter that differs between runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterDoc {
    /// Table of the configuration.
    pub table: String,
    /// Key in it.
    pub key: String,
    /// Unit.
    pub unit: String,
    /// What it is.
    pub meaning: String,
}

impl ParameterDoc {
    /// `table.key`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.key)
    }
}

/// What is run: everything that the rows depend on, and the map of shards. Its hash is the plan's identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Program and version that the numbers are of.
    pub model: String,
    /// Name of the configuration.
    pub configuration_name: String,
    /// The configuration that runs have in common, every key with its value; `[output]` is left out.
    pub configuration: serde_json::Value,
    /// BLAKE3 of the calibration tables, if they are not those in the program.
    pub data_blake3: String,
    /// How points were chosen.
    pub design: Design,
    /// BLAKE3 of what `design.parquet` holds.
    pub design_blake3: String,
    /// What differs.
    pub parameters: Vec<ParameterDoc>,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Whether points share them.
    pub random_numbers: RandomNumbers,
    /// Points.
    pub points: u64,
    /// Runs: every point with every seed.
    pub runs: u64,
    /// What is kept.
    pub outcomes: Outcomes,
    /// Columns of the parts.
    pub columns: Vec<ColumnDoc>,
    /// Shards: shard k has the runs from ⌊k·runs/shards⌋ to below ⌊(k+1)·runs/shards⌋.
    pub shards: u64,
}

impl Content {
    /// BLAKE3 of the canonical form.
    fn id(&self) -> String {
        let canonical = serde_json::to_string(self).expect("a plan has text keys and finite numbers");
        blake3::hash(canonical.as_bytes()).to_hex().to_string()
    }

    /// The same whatever the shards.
    fn study_id(&self) -> String {
        Self { shards: 0, ..self.clone() }.id()
    }
}

/// `plan.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of the files.
    pub schema: u32,
    /// BLAKE3 of `study`.
    pub plan_id: String,
    /// BLAKE3 of `study` without the map of shards.
    pub study_id: String,
    /// The program that shards are run by.
    pub build_id: String,
    /// Platform that it was made on.
    pub target: String,
    /// Program and version that wrote the plan.
    pub created_by: String,
    /// What is run.
    pub study: Content,
}

impl Plan {
    /// The plan of a sweep and its runs.
    ///
    /// # Errors
    /// If calibration tables of its own cannot be read.
    pub fn of(sweep: &Sweep, shards: u64, build_id: &str) -> Result<(Self, Table), StudyError> {
        let parameters: Vec<ParameterDoc> = sweep
            .parameters
            .iter()
            .map(|p| ParameterDoc {
                table: p.table.clone(),
                key: p.key.clone(),
                unit: p.unit.clone(),
                meaning: p.meaning.clone(),
            })
            .collect();
        let kinds: Vec<Value> = sweep.parameters.iter().map(|p| p.kind.clone()).collect();
        let design = design_table(&parameters, &kinds, &runs(sweep));
        let mut configuration = sweep.configuration.resolved_json();
        if let Some(tables) = configuration.as_object_mut() {
            tables.remove("output");
        }
        let runs = sweep.points.len() as u64 * sweep.seeds.len() as u64;
        let study = Content {
            model: format!("xinzhi {}", env!("CARGO_PKG_VERSION")),
            configuration_name: sweep.configuration.name.clone(),
            configuration,
            data_blake3: data_hash(&sweep.configuration)?,
            design: sweep.design.clone(),
            design_blake3: content_hash(&design),
            columns: part::columns(&parameters, &kinds, &sweep.outcomes),
            parameters,
            seeds: sweep.seeds.clone(),
            random_numbers: sweep.random_numbers,
            points: sweep.points.len() as u64,
            runs,
            outcomes: sweep.outcomes.clone(),
            shards: shards.clamp(1, runs.clamp(1, MOST_SHARDS)),
        };
        let plan = Self {
            schema: SCHEMA,
            plan_id: study.id(),
            study_id: study.study_id(),
            build_id: build_id.to_owned(),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            created_by: format!("xinzhi {}", env!("CARGO_PKG_VERSION")),
            study,
        };
        Ok((plan, design))
    }

    /// The runs of a shard, from the first to below the last.
    #[must_use]
    pub fn range(&self, shard: u64) -> std::ops::Range<u64> {
        let at = |k: u64| {
            let place = u128::from(k) * u128::from(self.study.runs) / u128::from(self.study.shards);
            u64::try_from(place).unwrap_or(self.study.runs)
        };
        at(shard)..at(shard + 1)
    }

    /// Writes the plan into a folder, the design first; the same plan again changes nothing.
    ///
    /// # Errors
    /// [`StudyError::Mismatch`] if another plan is there.
    #[allow(clippy::missing_panics_doc, reason = "the invariant holds for every plan")]
    pub fn write(&self, design: &Table, folder: &Folder) -> Result<Commit, StudyError> {
        if folder.plan().exists() {
            return self.agrees(folder);
        }
        fs::create_dir_all(folder.path()).map_err(OutputError::io(folder.path(), "create the folder"))?;
        let temporary = temporary_for(&folder.design())?;
        write_parquet(&temporary, design)?;
        rename(&temporary, &folder.design())?;
        let text = serde_json::to_string_pretty(self).expect("a plan has text keys and finite numbers") + "\n";
        let temporary = write_beside(&folder.plan(), text.as_bytes())?;
        let commit = link(&temporary, &folder.plan())?;
        remove(&temporary)?;
        sync_folder(&folder.plan())?;
        if commit == Commit::Lost { self.agrees(folder) } else { Ok(commit) }
    }

    fn agrees(&self, folder: &Folder) -> Result<Commit, StudyError> {
        let there = Self::read(folder)?;
        if there.plan_id == self.plan_id {
            return Ok(Commit::Lost);
        }
        let path = folder.path().display();
        let text = if there.study_id == self.study_id {
            format!("{path} has this study in {} shards; give as many, or another --out", there.study.shards)
        } else {
            format!("{path} holds the plan of another study; its results stay: choose another folder with --out")
        };
        Err(StudyError::Mismatch(text))
    }

    /// Reads and checks the plan of a folder.
    ///
    /// # Errors
    /// [`StudyError::Mismatch`] if there is none, or it was changed or written by another version.
    pub fn read(folder: &Folder) -> Result<Self, StudyError> {
        let path = folder.plan();
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = format!("{} has no plan.json; `xinzhi study plan` writes it", folder.path().display());
                return Err(StudyError::Mismatch(text));
            }
            other => other.map_err(OutputError::io(&path, "read"))?,
        };
        let changed = |what: String| StudyError::Mismatch(format!("{} {what}; plan into a new folder", path.display()));
        let plan: Self =
            serde_json::from_str(&text).map_err(|error| changed(format!("is not as it was written: {error}")))?;
        if plan.schema != SCHEMA {
            return Err(changed(format!("has the version {}, this program {SCHEMA}", plan.schema)));
        }
        if plan.study.id() != plan.plan_id || plan.study.study_id() != plan.study_id {
            return Err(changed("was changed after it was written".to_owned()));
        }
        Ok(plan)
    }
}

/// A plan with its runs, ready for work.
#[derive(Clone, Debug)]
pub struct Study {
    /// Where it is.
    pub folder: Folder,
    /// What is run.
    pub plan: Plan,
    /// Every run.
    pub runs: Vec<Run>,
}

impl Study {
    /// Reads a study and checks that its design is that of the plan.
    ///
    /// # Errors
    /// [`StudyError::Mismatch`] if plan or design were changed.
    pub fn open(path: &Path) -> Result<Self, StudyError> {
        let folder = Folder::new(path);
        let plan = Plan::read(&folder)?;
        let design = read_parquet(&folder.design()).map_err(|error| {
            StudyError::Mismatch(format!("the design of the plan: {error}; plan into a new folder"))
        })?;
        Self::with_design(folder, plan, &design)
    }

    /// A study with a design that was read, or is to be written.
    ///
    /// # Errors
    /// [`StudyError::Mismatch`] if it is not that of the plan.
    pub fn with_design(folder: Folder, plan: Plan, design: &Table) -> Result<Self, StudyError> {
        let changed = || {
            let text = format!("{} was changed after the plan; plan into a new folder", folder.design().display());
            StudyError::Mismatch(text)
        };
        if content_hash(design) != plan.study.design_blake3 {
            return Err(changed());
        }
        let runs = runs_of(design, plan.study.parameters.len()).ok_or_else(changed)?;
        Ok(Self { folder, plan, runs })
    }

    /// The runs of a shard.
    ///
    /// # Errors
    /// If there is no such shard.
    pub fn runs_of(&self, shard: u64) -> Result<&[Run], StudyError> {
        let shards = self.plan.study.shards;
        if shard >= shards {
            let text = format!("there is no shard {shard}: the plan has {shards}, from 0 to {}", shards - 1);
            return Err(StudyError::Usage(text));
        }
        let range = self.plan.range(shard);
        let place = |run: u64| usize::try_from(run).unwrap_or(usize::MAX).min(self.runs.len());
        Ok(&self.runs[place(range.start)..place(range.end)])
    }
}

/// Every point with every seed, the first seed of all points before the second of any, and points in an order whose
/// beginnings are spread over the design: what is there when a sweep is stopped is a smaller sweep.
fn runs(sweep: &Sweep) -> Vec<Run> {
    let points = sweep.points.len();
    let order = if sweep.design.keeps_its_order() { (0..points).collect() } else { interleaved(points) };
    let mut runs = Vec::new();
    for (replicate, seed) in sweep.seeds.iter().enumerate() {
        for point in &order {
            let seed = match sweep.random_numbers {
                RandomNumbers::Common => *seed,
                RandomNumbers::Independent => independent(*seed, *point as u64, replicate as u64),
            };
            runs.push(Run {
                run_id: runs.len() as u64,
                point_id: *point as u64,
                replicate: replicate as u64,
                seed,
                values: sweep.points[*point].clone(),
            });
        }
    }
    runs
}

/// A seed of its own for a run: a hash of the listed seed, the point and the replicate, below 2^53.
fn independent(seed: u64, point: u64, replicate: u64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"xinzhi seed");
    for number in [seed, point, replicate] {
        hasher.update(&number.to_le_bytes());
    }
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    u64::from_le_bytes(bytes) >> 11
}

/// `design.parquet`.
fn design_table(parameters: &[ParameterDoc], kinds: &[Value], runs: &[Run]) -> Table {
    let table = part::keys(Table::new("design"), runs, 1);
    let table = part::parameter_columns(table, parameters, kinds, runs, 1);
    table.with("seed", "1", part::whole(runs.iter().map(|run| run.seed)))
}

/// The runs that a design lists.
fn runs_of(design: &Table, parameters: usize) -> Option<Vec<Run>> {
    let whole = |name: &str| match &design.column(name)?.values {
        Values::Integer(values) => values.iter().map(|x| u64::try_from(*x).ok()).collect::<Option<Vec<u64>>>(),
        _ => None,
    };
    let (ids, points, replicates, seeds) = (whole("run_id")?, whole("point_id")?, whole("replicate")?, whole("seed")?);
    let columns = design.columns.get(3..3 + parameters)?;
    let value = |values: &Values, row: usize| match values {
        Values::Integer(v) => Value::Integer(v[row]),
        Values::Real(v) => Value::Real(v[row]),
        Values::Text(v) => Value::Text(v[row].clone()),
        Values::Fen(_) => Value::Integer(0),
    };
    let run = |row: usize| Run {
        run_id: ids[row],
        point_id: points[row],
        replicate: replicates[row],
        seed: seeds[row],
        values: columns.iter().map(|column| value(&column.values, row)).collect(),
    };
    Some((0..design.rows()).map(run).collect())
}

/// BLAKE3 of the calibration tables of a configuration that has its own; empty for those in the program.
///
/// # Errors
/// If they cannot be read.
pub(super) fn data_hash(configuration: &Configuration) -> Result<String, StudyError> {
    let Some(Value::Text(directory)) = configuration.values["calibration"].get("data_directory") else {
        return Ok(String::new());
    };
    if directory.is_empty() {
        return Ok(String::new());
    }
    let mut hasher = blake3::Hasher::new();
    for path in Folder::new(Path::new(directory)).list("")? {
        if path.is_file() {
            let bytes = fs::read(&path).map_err(OutputError::io(&path, "read"))?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            hasher.update(name.as_bytes()).update(&[0]).update(blake3::hash(&bytes).as_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}
