//! Ctrl-C and SIGTERM: the first one ends the run after its current tick, with a checkpoint; a second one at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

use super::CliError;
use crate::experiments::study::StudyError;

/// Signals that stop a shard, with what is done kept.
#[cfg(unix)]
const PATIENT: &[i32] = &[SIGINT, SIGTERM, signal_hook::consts::SIGUSR1];
#[cfg(not(unix))]
const PATIENT: &[i32] = &[SIGINT, SIGTERM];

/// Listens while it lives.
pub struct Interrupt {
    came: Arc<AtomicUsize>,
    handlers: Vec<SigId>,
}

impl Interrupt {
    /// Begins to listen.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn listen() -> Result<Self, CliError> {
        Self::begin(false)
    }

    /// Begins to listen also for SIGUSR1, and takes further signals for the same one: engines send them to a process and
    /// to its parents, who pass them on.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn listen_patiently() -> Result<Self, StudyError> {
        Self::begin(true).map_err(|error| StudyError::Internal(error.to_string()))
    }

    fn begin(patient: bool) -> Result<Self, CliError> {
        let came = Arc::new(AtomicUsize::new(0));
        let once = Arc::new(AtomicBool::new(false));
        let mut handlers = Vec::new();
        let signals: &[i32] = if patient { PATIENT } else { &[SIGINT, SIGTERM] };
        for &signal in signals {
            let refused = |error| CliError::io("listen for signals on", "this process", error);
            // In this order: the first signal finds `once` unset.
            if !patient {
                let shutdown = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&once));
                handlers.push(shutdown.map_err(refused)?);
            }
            handlers.push(flag::register(signal, Arc::clone(&once)).map_err(refused)?);
            let number = usize::try_from(signal).unwrap_or_default();
            handlers.push(flag::register_usize(signal, Arc::clone(&came), number).map_err(refused)?);
        }
        // The write that meets a limit on the size of files fails and is told; by default the signal would end the run.
        #[cfg(unix)]
        handlers.push(
            flag::register(signal_hook::consts::SIGXFSZ, Arc::default())
                .map_err(|error| CliError::io("listen for signals on", "this process", error))?,
        );
        Ok(Self { came, handlers })
    }

    /// The signal that came, if any.
    #[must_use]
    pub fn signal(&self) -> Option<u8> {
        u8::try_from(self.came.load(Ordering::SeqCst)).ok().filter(|signal| *signal > 0)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            low_level::unregister(handler);
        }
    }
}
