//! What a name stands for: it may be several things at once, and people spell in many ways.

use crate::engine::configuration::nearest;
use crate::engine::parameters::ParameterDoc;
use crate::engine::registry::{Registry, TableSpec};
use crate::statistics::{StatisticDoc, dictionary};

/// Something that can be explained.
pub enum Entry {
    /// A parameter and the name of its table.
    Parameter(&'static str, ParameterDoc),
    /// A table of the configuration.
    Table(TableSpec),
    /// A column of the results.
    Column(StatisticDoc),
    /// A table of the results.
    Results(&'static str),
    /// A term with its meaning.
    Term(&'static str, &'static str),
}

/// As names are compared: small letters, underscores.
fn plain(name: &str) -> String {
    name.trim().trim_matches(['[', ']', '`']).to_lowercase().replace(['-', ' '], "_")
}

/// Every parameter with its table.
pub fn parameters(registry: &Registry) -> impl Iterator<Item = (&'static str, ParameterDoc)> {
    registry.tables().iter().flat_map(|spec| (spec.docs)().into_iter().map(move |doc| (spec.name, doc)))
}

/// Tables of the results in the order of the dictionary.
pub fn results() -> Vec<&'static str> {
    let mut names: Vec<&str> = dictionary().iter().map(|doc| doc.table).collect();
    names.dedup();
    names
}

/// Terms of the glossary: a row may hold several.
pub fn terms() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("../../../docs/glossary.md").lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        // Term, Chinese, meaning.
        Some((cells.next()?, cells.nth(1)?))
    });
    rows.filter(|(term, _)| *term != "Term")
        .flat_map(|(names, m)| names.split(", ").map(move |name| (name, m)))
        .collect()
}

/// Everything of this name.
pub fn find(registry: &Registry, name: &str) -> Vec<Entry> {
    let name = plain(name);
    let mut found = Vec::new();
    found.extend(registry.tables().iter().filter(|spec| spec.name == name).cloned().map(Entry::Table));
    found.extend(results().into_iter().filter(|table| *table == name).map(Entry::Results));
    found.extend(
        parameters(registry)
            .filter(|(table, doc)| doc.name == name || format!("{table}.{}", doc.name) == name)
            .map(|(table, doc)| Entry::Parameter(table, doc)),
    );
    found.extend(
        dictionary()
            .into_iter()
            .filter(|doc| doc.name == name || format!("{}.{}", doc.table, doc.name) == name)
            .map(Entry::Column),
    );
    found.extend(terms().into_iter().filter(|(term, _)| plain(term) == name).map(|(term, m)| Entry::Term(term, m)));
    found
}

/// All names, most specific last.
fn names(registry: &Registry) -> Vec<String> {
    let mut names: Vec<String> = registry.tables().iter().map(|spec| spec.name.to_owned()).collect();
    names.extend(results().into_iter().map(str::to_owned));
    names.extend(dictionary().into_iter().map(|doc| doc.name.to_owned()));
    names.extend(parameters(registry).map(|(table, doc)| format!("{table}.{}", doc.name)));
    names.extend(terms().into_iter().map(|(term, _)| term.to_owned()));
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// What to tell somebody who asked for a name that nothing has.
pub fn nothing(registry: &Registry, name: &str) -> String {
    const MOST: usize = 8;
    let asked = plain(name);
    let names = names(registry);
    let keys: Vec<_> = parameters(registry).map(|(_, doc)| doc.name).collect();
    // Who writes a path means a key, not the table that it begins with.
    let alike = names.iter().map(String::as_str).filter(|name| !asked.contains('.') || name.contains('.'));
    let mut near: Vec<&str> = nearest(&asked, alike).into_iter().collect();
    near.extend(nearest(&asked, keys.iter().copied()).filter(|key| !near.contains(key)));
    let holding = names.iter().map(String::as_str).filter(|n| asked.len() >= 3 && plain(n).contains(&asked));
    near.extend(holding.collect::<Vec<_>>());
    let mut seen = std::collections::BTreeSet::new();
    near.retain(|name| seen.insert(*name));
    near.truncate(MOST);
    let name = name.escape_debug();
    match near.as_slice() {
        [] => format!("nothing is called `{name}`; `xinzhi explain` lists every name"),
        near => {
            let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
            format!("nothing is called `{name}`; did you mean {}?", near.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Simulation;

    #[test]
    fn names_are_found_in_every_spelling() {
        let registry = Simulation::registry();
        for name in ["ai_adoption.cost_share", "unemployment_rate", "series.cpi", "[frontier]", "banks", "lgfv", "Flow"]
        {
            assert!(!find(&registry, name).is_empty(), "{name}");
        }
        // A key of several tables is all of them.
        assert!(find(&registry, "enabled").len() > 5);
        assert!(find(&registry, "unemployment-rate").iter().any(|entry| matches!(entry, Entry::Column(_))));
        assert!(find(&registry, "nothing_at_all").is_empty());
    }

    #[test]
    fn a_typo_leads_to_what_was_meant() {
        let registry = Simulation::registry();
        for (typo, meant) in [
            ("unemploymnt_rate", "`unemployment_rate`"),
            ("ai_adoption.costshare", "`ai_adoption.cost_share`"),
            ("capability", "`frontier.world_capability_growth`"),
            ("ai_adotpion", "`ai_adoption`"),
        ] {
            assert!(nothing(&registry, typo).contains(meant), "{}", nothing(&registry, typo));
        }
        assert!(nothing(&registry, "qqqq").contains("lists every name"));
    }
}
