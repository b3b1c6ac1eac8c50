//! `series`: the nation, one row a tick. Each family lists its columns; this file lists the families.

mod distribution;
mod finance;
mod firms;
mod labour;
mod prices;
mod production;
mod public;
mod sources;
mod technology;
mod workers;

use super::Statistic;

/// All families in file order.
pub fn families() -> impl Iterator<Item = &'static [Statistic]> {
    [
        production::COLUMNS,
        prices::COLUMNS,
        labour::COLUMNS,
        technology::COLUMNS,
        finance::COLUMNS,
        public::COLUMNS,
        distribution::COLUMNS,
        sources::COLUMNS,
        firms::COLUMNS,
        workers::COLUMNS,
    ]
    .into_iter()
}
