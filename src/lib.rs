//! Xinzhi (新质, "new quality"): an agent-based, stock-flow-consistent simulator of an economy in the middle of an
//! AI-driven industrial transition, started from China's 2023 accounts.
//!
//! A map of the model, in the order in which it is best read:
//!
//! - [`tick`]: one quarter, top to bottom: every mechanism in its place. The order of events is part of the theory.
//! - [`agents`]: who there is and what each of them owns, owes and knows (components, no rules).
//! - [`mechanisms`]: what they do, one rule a file: behaviour, equation, source, parameters, system, tests.
//! - [`accounts`]: money in fen, the ledger through which every payment goes, the three matrices, the audit and
//!   gross domestic product in three ways.
//! - [`structure`]: what does not change in a run: sectors, input-output coefficients, regions, categories.
//! - [`calibration`]: from the tables in `data/` to an opening balance sheet in which every row and column closes.
//! - [`world`]: the opening economy as entities and resources; [`simulation`]: one run behind a small facade; [`state`]:
//!   all that a checkpoint keeps of it; [`in_memory`]: a run whose tables go to no folder, for other programs.
//! - [`statistics`]: what is recorded, one family of columns a file, read-only; [`output`]: tables and the run folder.
//! - [`figures`]: what is drawn, one figure a file; [`experiments`]: many runs side by side; [`cli`]: the program, one
//!   verb a file.
//! - [`validation`]: stylised facts of runs beside published bands.
//! - [`engine`]: what all of it stands on: clock, named random streams, configuration, parameters, the builder of the tick.
//!
//! Three rules hold everywhere: money is an integer and moves only through the [`accounts::Ledger`]; a random draw is a
//! function of seed, tick, stream and agent, never of the order of visits; and agents know published aggregates of the
//! last quarter, never live statistics. `docs/model.md` in the repository has the equations, `docs/parameters.md` and
//! `docs/statistics.md` every parameter and column, `docs/decisions.md` why things are as they are.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]
#![cfg_attr(
    test,
    allow(
        clippy::float_cmp,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::missing_panics_doc,
        reason = "tests state exact numbers and count small things"
    )
)]

#[macro_use]
pub mod engine;

pub mod accounts;
pub mod agents;
pub mod calibration;
pub mod cli;
pub mod experiments;
pub mod figures;
pub mod in_memory;
pub mod mechanisms;
pub mod output;
pub mod simulation;
pub mod state;
pub mod statistics;
pub mod structure;
pub mod tick;
pub mod validation;
pub mod world;
