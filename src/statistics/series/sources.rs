//! Sources of growth, decompositions of productivity, and total factor productivity by what raised it.

use crate::statistics::decomposition::Decomposition;
use crate::statistics::sources::{Sources, factor_productivity};
use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "growth_source_labour", "1", "mean productivity of firms times the change of effective hours on the year before, over GDP of the year before; the eleven sources add up to gdp_growth_yoy", "firms; Griliches & Regev (1995)" => |f| source(f, |s| s.labour);
        "growth_source_ai", "1", "what AI adds to the product of an hour in firms that stay (tasks that it takes over, help to those who stay, new tasks) less the AI services used, weighted with hours; AI counts in full, since capital follows output, where growth_contribution_ai has the labour share of it", "firms; Acemoglu & Restrepo (2018, 2019), Hulten (1979), Klenow & Rodriguez-Clare (1997)" => |f| source(f, |s| s.ai);
        "growth_source_vintages", "1", "productivity built into the capital of firms that stay", "firms; Hulten (1992) on embodied change" => |f| source(f, |s| s.vintages);
        "growth_source_ability", "1", "ability of firms that stay: own research and imitation of rivals", "firms" => |f| source(f, |s| s.ability);
        "growth_source_digital", "1", "gain of firms that stay and became digital", "firms" => |f| source(f, |s| s.digital);
        "growth_source_staff_use", "1", "how far firms that stay used their staff for what it can do: what their other parts leave", "firms" => |f| source(f, |s| s.staff_use);
        "growth_source_firms", "1", "hours that moved between firms of a sector that stay, against the sector's mean productivity", "firms; Griliches & Regev (1995)" => |f| source(f, |s| s.firms);
        "growth_source_sectors", "1", "hours that moved between sectors", "firms; Griliches & Regev (1995)" => |f| source(f, |s| s.sectors);
        "growth_source_entry", "1", "firms that were not there a year before, against their sector's mean productivity", "firms; Griliches & Regev (1995)" => |f| source(f, |s| s.entry);
        "growth_source_exit", "1", "firms that are no more, against their sector's mean productivity", "firms; Griliches & Regev (1995)" => |f| source(f, |s| s.exit);
        "growth_source_other", "1", "GDP that is no product of firms at their norm of inputs: banks, tariffs, inputs beyond the norm", "goods book less firms" => |f| source(f, |s| s.other);
        "tfp_source_ai", "1", "labour share times growth_source_ai; the four parts add up to tfp_growth_yoy", "growth accounting" => |f| tfp(f, 0);
        "tfp_source_technology", "1", "labour share times the sources vintages, ability and digital", "growth accounting" => |f| tfp(f, 1);
        "tfp_source_reallocation", "1", "labour share times the sources firms, sectors, entry and exit", "growth accounting" => |f| tfp(f, 2);
        "tfp_source_rest", "1", "use of staff, other, and the capital share times growth of output beyond that of capital", "growth accounting" => |f| tfp(f, 3);
        "quality_growth_yoy", "1", "change on the year before of the mean logarithm of the quality of what firms sell, weighted with sales; no part of real GDP, whose prices are those of 2023 whatever the quality", "firms; Grossman & Helpman (1991)" => |f| f.year_ago().map_or(f64::NAN, |before| f.now.quality - before.quality);
        "firm_productivity_growth_yoy", "1", "growth of firms' real value added per effective hour on the year before", "firms" => |f| part(f, |d| d.growth);
        "productivity_sectors", "1", "hours that moved between sectors; with the five parts of either decomposition it adds up to firm_productivity_growth_yoy", "firms" => |f| part(f, |d| d.sectors);
        "productivity_fhk_within", "1", "change of firms' own productivity at the shares of hours of a year before, within sectors, sectors weighted with mean shares of hours", "firms; Foster, Haltiwanger & Krizan (2001)" => |f| part(f, |d| d.foster[0]);
        "productivity_fhk_between", "1", "change of shares times productivity of a year before against the sector's", "firms; Foster, Haltiwanger & Krizan (2001)" => |f| part(f, |d| d.foster[1]);
        "productivity_fhk_cross", "1", "change of shares times change of productivity", "firms; Foster, Haltiwanger & Krizan (2001)" => |f| part(f, |d| d.foster[2]);
        "productivity_fhk_entry", "1", "firms that were not there a year before, against the sector's productivity then", "firms; Foster, Haltiwanger & Krizan (2001)" => |f| part(f, |d| d.foster[3]);
        "productivity_fhk_exit", "1", "firms that are no more, against the sector's productivity then", "firms; Foster, Haltiwanger & Krizan (2001)" => |f| part(f, |d| d.foster[4]);
        "productivity_mp_within", "1", "change of the plain mean of productivity of firms that stay, within sectors", "firms; Melitz & Polanec (2015)" => |f| part(f, |d| d.melitz[0]);
        "productivity_mp_between", "1", "change of the covariance of shares of hours and productivity of firms that stay", "firms; Melitz & Polanec (2015)" => |f| part(f, |d| d.melitz[1]);
        "productivity_mp_entry", "1", "share of new firms times their productivity against that of firms that stay", "firms; Melitz & Polanec (2015)" => |f| part(f, |d| d.melitz[2]);
        "productivity_mp_exit", "1", "share of closed firms times productivity of firms that stay against theirs", "firms; Melitz & Polanec (2015)" => |f| part(f, |d| d.melitz[3]);
    }
}

fn source(f: &Facts, of: fn(&Sources) -> f64) -> f64 {
    f.dynamics.firms.sources.as_ref().map_or(f64::NAN, of)
}

fn part(f: &Facts, of: fn(&Decomposition) -> f64) -> f64 {
    f.dynamics.firms.productivity.as_ref().map_or(f64::NAN, of)
}

fn tfp(f: &Facts, n: usize) -> f64 {
    let (Some(sources), Some(solow), Some(before)) = (&f.dynamics.firms.sources, f.contributions(), f.year_ago())
    else {
        return f64::NAN;
    };
    let labour_share = f64::midpoint(before.wage_share, f.now.wage_share);
    factor_productivity(sources, labour_share, solow.total_factor_productivity())[n]
}
