//! Errors of the simulator as Python's exceptions: the text that the command line prints, and its exit code.

#![allow(missing_docs, reason = "of what create_exception! writes; each exception has its text")]

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use xinzhi::cli::{CliError, exit};

create_exception!(xinzhi, XinzhiError, PyException, "A run that cannot start or go on; `exit_code` is the program's.");
create_exception!(
    xinzhi,
    ConfigurationError,
    XinzhiError,
    "Mistakes in the configuration or the data; nothing was run."
);
create_exception!(xinzhi, InvariantError, XinzhiError, "An invariant of the accounts is broken.");
create_exception!(xinzhi, InternalError, XinzhiError, "A mistake in the program; please report it.");

/// Why there is no result.
pub enum Failure {
    /// An error that the program has words for.
    Told(Box<CliError>),
    /// A panic; what it said went to standard error.
    Internal,
}

impl Failure {
    /// The exception that tells it.
    pub fn raise(self, py: Python<'_>) -> PyErr {
        let (text, code) = match self {
            Self::Told(error) => (error.to_string(), error.code()),
            Self::Internal => {
                ("internal error: this is a mistake in the program; please report it".to_owned(), exit::INTERNAL)
            }
        };
        let raised = match code {
            exit::USAGE => ConfigurationError::new_err(text),
            exit::BREACH => InvariantError::new_err(text),
            exit::INTERNAL => InternalError::new_err(text),
            _ => XinzhiError::new_err(text),
        };
        match raised.value(py).setattr("exit_code", code) {
            Ok(()) => raised,
            Err(other) => other,
        }
    }
}
