//! Households: what they spend on, and who they are.

use super::figures::{FigureTable, Mark, check_bounds};
use super::problems::{DataError, Problems};
use super::raw::RawTable;
use super::sectors::{Sector, unknown_sector};

/// A category of household consumption and the sectors that serve it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumptionCategory {
    /// Name in snake case.
    pub name: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Codes of the sectors that serve it; AI services are listed even where they are not split off.
    pub sectors: Vec<String>,
    /// Per cent of spending on the category per per cent of total spending \[1\].
    pub engel_elasticity: f64,
    /// Lower plausible bound of the elasticity \[1\].
    pub low: Option<f64>,
    /// Upper plausible bound of the elasticity \[1\].
    pub high: Option<f64>,
    /// Whether it is bought from stock [true or false].
    pub storable: bool,
    /// Where the elasticity comes from.
    pub source: String,
    /// Trust mark.
    pub confidence: Mark,
}

impl ConsumptionCategory {
    pub(super) const COLUMNS: &'static [&'static str] = &[
        "category",
        "category_zh",
        "sector_code",
        "engel_elasticity",
        "low",
        "high",
        "storable",
        "source",
        "confidence",
    ];

    /// Reads the categories in file order; `extra` is the sector that may be split off later.
    pub(super) fn read_all(
        raw: &RawTable,
        sectors: &[Sector],
        extra: Option<&str>,
        problems: &mut Problems,
    ) -> Vec<Self> {
        let mut categories: Vec<Self> = Vec::new();
        for row in raw.rows() {
            let code = row.filled("sector_code", problems);
            let known = || sectors.iter().map(|s| s.code.as_str()).chain(extra);
            let taken = categories.iter().any(|c| c.sectors.contains(&code));
            if taken || !known().any(|k| k == code) {
                unknown_sector(row, &code, known(), problems);
            }
            let read = Self {
                name: row.filled("category", problems),
                name_zh: row.filled("category_zh", problems),
                sectors: vec![code],
                engel_elasticity: row.number_within("engel_elasticity", 0.0, 10.0, problems),
                low: row.optional("low", problems),
                high: row.optional("high", problems),
                storable: row.switch("storable", problems),
                source: row.filled("source", problems),
                confidence: row.mark("confidence", problems),
            };
            let elasticity = read.engel_elasticity;
            check_bounds(row, "engel_elasticity", elasticity, read.low, read.high, problems);
            let Some(first) = categories.iter_mut().find(|c| c.name == read.name) else {
                categories.push(read);
                continue;
            };
            let same = first.engel_elasticity.total_cmp(&read.engel_elasticity).is_eq();
            if !same || first.storable != read.storable {
                row.problem(
                    problems,
                    "category",
                    format!("rows of `{}` differ", read.name),
                    "one elasticity and one storable a category",
                );
            }
            first.sectors.extend(read.sectors);
        }
        categories
    }
}

/// Adults of an age group.
#[derive(Clone, Debug, PartialEq)]
pub struct AgeGroup {
    /// Youngest age \[years\].
    pub from: u32,
    /// Oldest age, none for the open group \[years\].
    pub to: Option<u32>,
    /// Adults \[persons\].
    pub adults: f64,
    /// Employed per adult \[share\].
    pub employment_rate: f64,
    /// Deaths per adult [1 a year].
    pub death_rate: f64,
}

/// The people of the base year.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationTable {
    /// Residents at the end of the year \[persons\].
    pub population: f64,
    /// Children up to 15 \[persons\].
    pub children: f64,
    /// Adults of 16 to 59 \[persons\].
    pub working_age: f64,
    /// Adults of 60 and over \[persons\].
    pub older: f64,
    /// Births [persons a year].
    pub births: f64,
    /// Deaths of all ages [persons a year].
    pub deaths: f64,
    /// Deaths of children [persons a year].
    pub deaths_of_children: f64,
    /// Adults by age, youngest first.
    pub age_groups: Vec<AgeGroup>,
}

impl PopulationTable {
    /// Adults of 16 and over \[persons\].
    #[must_use]
    pub fn adults(&self) -> f64 {
        self.working_age + self.older
    }

    /// Adults of 16 to 59 per adult \[share\].
    #[must_use]
    pub fn working_age_share(&self) -> f64 {
        self.working_age / self.adults()
    }

    /// Children per adult \[1\].
    #[must_use]
    pub fn children_per_adult(&self) -> f64 {
        self.children / self.adults()
    }

    /// Builds the table from its figures.
    pub(super) fn read(figures: &FigureTable, year: i32, problems: &mut Problems) -> Self {
        const FILE: &str = "population.csv";
        let mut value = |group: &str, name: &str, factor: f64, high: f64| {
            let found = figures.get(group, name, year).unwrap_or_else(|missing: DataError| {
                problems.add_file(FILE, missing.problem, missing.expected);
                f64::NAN
            });
            if found < 0.0 || found > high {
                let problem = format!("`{name}` of group `{group}` is {found}");
                problems.add_file(FILE, problem, format!("a number from 0 to {high}"));
            }
            found * factor
        };
        let mut million = |name: &str| value("total", name, 1e6, f64::INFINITY);
        let population = million("population");
        let children = million("children_0_15");
        let working_age = million("adults_16_59");
        let older = million("adults_60_plus");
        let births = million("births");
        let deaths = million("deaths");
        let deaths_of_children = million("deaths_of_children");
        let mut age_groups = Vec::new();
        let mut unreadable = Vec::new();
        for (name, _) in figures.group("adults_by_age", year) {
            let Some((from, to)) = ages(name) else {
                unreadable.push(name.to_owned());
                continue;
            };
            age_groups.push(AgeGroup {
                from,
                to,
                adults: value("adults_by_age", name, 1e6, f64::INFINITY),
                employment_rate: value("employment_rate_by_age", name, 1.0, 1.0),
                death_rate: value("death_rate_by_age", name, 1.0, 1.0),
            });
        }
        for name in unreadable {
            let problem = format!("`{name}` is no age group");
            problems.add_file(FILE, problem, "ages such as 16_19 or 85_plus");
        }
        age_groups.sort_by_key(|group| group.from);
        let joined = age_groups.windows(2).all(|pair| pair[0].to == pair[1].from.checked_sub(1));
        let open = age_groups.last().is_some_and(|group| group.to.is_none());
        if !joined || !open {
            let problem = "age groups leave a gap, overlap or end";
            problems.add_file(FILE, problem, "groups that follow each other, the last one open");
        }
        Self { population, children, working_age, older, births, deaths, deaths_of_children, age_groups }
    }
}

/// Ages of a group's name: `16_19` or `85_plus`.
fn ages(name: &str) -> Option<(u32, Option<u32>)> {
    let (from, to) = name.split_once('_')?;
    let from = from.parse().ok()?;
    if to == "plus" {
        return Some((from, None));
    }
    let to = to.parse().ok().filter(|to| *to >= from)?;
    Some((from, Some(to)))
}
