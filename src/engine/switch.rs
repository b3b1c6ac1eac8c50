//! How a mechanism, or a part of it, is switched off, and what happens instead.
//!
//! Switched off does not mean taken out: the accounts still close, and what others need of the mechanism goes on. Where nothing
//! would make no sense the switch leads to the plainest rule in its place: wages that follow prices and productivity, a
//! seller found by lot. Tables and columns are the same whatever is switched off.

/// One way to switch a mechanism or a part of it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// What is switched, in a few words; no other switch of the mechanism has them.
    pub part: &'static str,
    /// Settings of the configuration that switch it off, `table.key=value`.
    pub off: &'static [&'static str],
    /// What happens instead.
    pub instead: &'static str,
}

/// The switches of a mechanism, or why it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switches {
    /// Nothing is stated; a test fails for a mechanism of the tick.
    Unstated,
    /// The first is that of the whole mechanism, as far as it can be switched off.
    Of(&'static [Switch]),
    /// It has none, for this reason.
    None(&'static str),
}

impl Switches {
    /// The switches, if there are any.
    #[must_use]
    pub const fn list(&self) -> &'static [Switch] {
        match self {
            Self::Of(list) => list,
            Self::Unstated | Self::None(_) => &[],
        }
    }
}
