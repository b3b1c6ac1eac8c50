//! The tables of one run, as measures read them: columns by name, the opening position left out.

use crate::output::Table;

/// Firms in business at the end of a year.
#[derive(Clone, Debug, Default)]
pub struct FirmYear {
    /// Quarter of the snapshot.
    pub tick: usize,
    /// Slot of the firm; with its age it names the firm.
    pub slot: Vec<usize>,
    /// Number of the sector, in the order of the table.
    pub sector: Vec<usize>,
    /// Quarters since foundation.
    pub age: Vec<f64>,
    /// Public service units, which no fact about firms counts.
    pub public: Vec<bool>,
    /// Employees \[worker agents\].
    pub staff: Vec<f64>,
    /// Sales of the quarter at constant prices.
    pub sales: Vec<f64>,
    /// Capital in use at constant prices.
    pub capital: Vec<f64>,
    /// Price charged.
    pub price: Vec<f64>,
    /// Labour productivity.
    pub productivity: Vec<f64>,
    /// Depth of AI.
    pub ai_depth: Vec<f64>,
    /// Bank loans.
    pub loans: Vec<f64>,
}

/// What a run left.
#[derive(Clone, Debug, Default)]
pub struct RunTables {
    tables: Vec<Table>,
    /// Firms at the end of each year, none if no panel was kept.
    pub firms: Vec<FirmYear>,
}

impl RunTables {
    /// Takes over the tables of a run; `firms` holds the panel of firms at the ends of years, or of every quarter.
    #[must_use]
    pub fn new(tables: Vec<Table>) -> Self {
        let firms = tables.iter().find(|t| t.name == "firms").map_or_else(Vec::new, firm_years);
        Self { tables, firms }
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// A column of `series` from the first quarter on; none if it is not there or nothing in it is a number.
    #[must_use]
    pub fn series(&self, column: &str) -> Option<Vec<f64>> {
        let mut values = self.table("series")?.reals(column)?;
        if values.len() < 2 {
            return None;
        }
        values.remove(0);
        values.iter().any(|x| x.is_finite()).then_some(values)
    }

    /// The value of a column of `series` in the opening position.
    #[must_use]
    pub fn opening(&self, column: &str) -> Option<f64> {
        self.table("series")?.reals(column)?.first().copied()
    }

    /// A column of a table with one row a quarter and group, as one series a group, the opening left out; groups in the order
    /// of their first row.
    #[must_use]
    pub fn groups(&self, table: &str, group: &str, column: &str) -> Option<Vec<(String, Vec<f64>)>> {
        let table = self.table(table)?;
        let (keys, ticks, values) = (table.texts(group)?, table.reals("tick")?, table.reals(column)?);
        let mut groups: Vec<(String, Vec<f64>)> = Vec::new();
        for ((key, tick), value) in keys.iter().zip(ticks).zip(values) {
            let at = groups.iter().position(|(k, _)| k == key).unwrap_or_else(|| {
                groups.push((key.clone(), Vec::new()));
                groups.len() - 1
            });
            if tick > 0.0 {
                groups[at].1.push(value);
            }
        }
        Some(groups)
    }

    /// Events of a kind by quarter and sector: one list of sectors a quarter, from the first quarter on.
    #[must_use]
    pub fn events(&self, kind: &str) -> Option<Vec<Vec<String>>> {
        let table = self.table("events")?;
        let (kinds, ticks, sectors) = (table.texts("kind")?, table.reals("tick")?, table.texts("sector")?);
        let quarters = self.table("series")?.rows().saturating_sub(1);
        let mut by_quarter = vec![Vec::new(); quarters];
        for ((k, tick), sector) in kinds.iter().zip(ticks).zip(sectors) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a quarter of the run")]
            let at = tick as usize;
            if k == kind && (1..=quarters).contains(&at) {
                by_quarter[at - 1].push(sector.clone());
            }
        }
        Some(by_quarter)
    }
}

/// Cuts the panel into years: the quarters that are the last of a year.
fn firm_years(table: &Table) -> Vec<FirmYear> {
    let column = |name: &str| table.reals(name).unwrap_or_else(|| vec![f64::NAN; table.rows()]);
    let (ticks, slots, ages) = (column("tick"), column("firm"), column("age"));
    let (public, staff, sales) = (column("public"), column("staff"), column("sales_cny2023"));
    let (capital, price, productivity) = (column("capital_cny2023"), column("price"), column("productivity"));
    let (depth, loans) = (column("ai_depth"), column("loans_fen"));
    let empty = Vec::new();
    let sectors: &[String] = table.texts("sector").unwrap_or(&empty);
    let mut codes: Vec<&String> = sectors.iter().collect();
    codes.sort_unstable();
    codes.dedup();
    let mut years: Vec<FirmYear> = Vec::new();
    for row in 0..table.rows() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers of the panel")]
        let (tick, slot) = (ticks[row] as usize, slots[row] as usize);
        if tick == 0 || !tick.is_multiple_of(4) {
            continue;
        }
        if years.last().is_none_or(|year| year.tick != tick) {
            years.push(FirmYear { tick, ..FirmYear::default() });
        }
        let year = years.last_mut().expect("the year of the row");
        year.slot.push(slot);
        year.sector.push(codes.binary_search(&&sectors[row]).unwrap_or_default());
        year.age.push(ages[row]);
        year.public.push(public[row] > 0.5);
        year.staff.push(staff[row]);
        year.sales.push(sales[row]);
        year.capital.push(capital[row]);
        year.price.push(price[row]);
        year.productivity.push(productivity[row]);
        year.ai_depth.push(depth[row]);
        year.loans.push(loans[row]);
    }
    years
}
