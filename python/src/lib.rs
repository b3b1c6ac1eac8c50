//! `xinzhi._xinzhi`: what the Python package needs of the simulator. Its face is written in Python, in `xinzhi/`.

mod error;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::{ThreadPool, ThreadPoolBuilder};
use xinzhi::engine::configuration::EMBEDDED;
use xinzhi::engine::parameters::Value;
use xinzhi::in_memory::{InMemoryRun, configure};
use xinzhi::simulation::Simulation;
use xinzhi::statistics::panels::Panel;

use error::Failure;
use table::Table;

/// Does the work without the lock of the interpreter; a panic becomes an error.
fn detached<T: Send>(
    py: Python<'_>,
    pool: &ThreadPool,
    work: impl FnOnce() -> Result<T, xinzhi::cli::CliError> + Send,
) -> PyResult<T> {
    let outcome = py.detach(|| {
        let caught = catch_unwind(AssertUnwindSafe(|| pool.install(work)));
        caught.map_or(Err(Failure::Internal), |done| done.map_err(|error| Failure::Told(Box::new(error))))
    });
    outcome.map_err(|failure| failure.raise(py))
}

fn panel(name: &str) -> PyResult<Panel> {
    match name {
        "firms" => Ok(Panel::Firms),
        "workers" => Ok(Panel::Workers),
        other => Err(PyValueError::new_err(format!("there is no panel {other:?}; expected \"firms\" or \"workers\""))),
    }
}

/// Runs a configuration; its tables, and its manifest as JSON. Signals are looked at after every tick.
#[pyfunction]
fn run(
    py: Python<'_>,
    config: PathBuf,
    seed: Option<String>,
    years: Option<String>,
    set: Vec<String>,
    threads: usize,
    panels: Vec<String>,
) -> PyResult<(Vec<Table>, String)> {
    let panels = panels.iter().map(|name| panel(name)).collect::<PyResult<Vec<_>>>()?;
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| PyValueError::new_err(format!("cannot start the threads of the run: {error}")))?;
    let mut run = detached(py, &pool, || InMemoryRun::begin(&configure(config, seed, years, set)?, &panels))?;
    while detached(py, &pool, || run.step())? {
        py.check_signals()?;
    }
    detached(py, &pool, || {
        let (tables, manifest) = run.finish();
        let text = serde_json::to_string(&manifest).expect("a manifest has text keys and no failing serialiser");
        Ok((tables.into_iter().map(Table::new).collect(), text))
    })
}

/// Every parameter of a configuration, as declared: key, meaning, unit, default, smallest, largest, choices.
#[pyfunction]
fn parameters(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let registry = Simulation::registry();
    let mut all = Vec::new();
    for spec in registry.tables() {
        for doc in (spec.docs)() {
            let entry = PyDict::new(py);
            entry.set_item("key", format!("{}.{}", spec.name, doc.name))?;
            entry.set_item("doc", doc.doc)?;
            entry.set_item("unit", doc.unit)?;
            match doc.default {
                Value::Real(x) => entry.set_item("default", x)?,
                Value::Integer(x) => entry.set_item("default", x)?,
                Value::Switch(x) => entry.set_item("default", x)?,
                Value::Text(x) => entry.set_item("default", x)?,
            }
            entry.set_item("low", doc.low)?;
            entry.set_item("high", doc.high)?;
            entry.set_item("choices", doc.choices.to_vec())?;
            all.push(entry);
        }
    }
    Ok(all)
}

/// Names of the configurations inside the program.
#[pyfunction]
fn configurations() -> Vec<&'static str> {
    EMBEDDED.iter().map(|(name, _)| *name).collect()
}

/// The extension module.
#[pymodule]
fn _xinzhi(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("XinzhiError", py.get_type::<error::XinzhiError>())?;
    module.add("ConfigurationError", py.get_type::<error::ConfigurationError>())?;
    module.add("InvariantError", py.get_type::<error::InvariantError>())?;
    module.add("InternalError", py.get_type::<error::InternalError>())?;
    module.add_class::<Table>()?;
    module.add_class::<table::Column>()?;
    module.add_function(wrap_pyfunction!(run, module)?)?;
    module.add_function(wrap_pyfunction!(parameters, module)?)?;
    module.add_function(wrap_pyfunction!(configurations, module)?)
}
