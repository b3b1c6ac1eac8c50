//! The configurations inside the program, so that a run needs no file beside it.

/// Name and text of every configuration inside the program.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("china-2023", include_str!("../../../configs/china-2023.toml")),
    ("large", include_str!("../../../configs/large.toml")),
    ("quick", include_str!("../../../configs/quick.toml")),
    ("steady-state", include_str!("../../../configs/steady-state.toml")),
];

/// The text of one configuration.
pub(super) fn find(name: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// All names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}
