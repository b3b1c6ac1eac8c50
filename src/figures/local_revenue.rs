//! Where local governments' money comes from, and what their debts take of it.

use super::Figure;
use super::data::{FigureData, Problem, four_quarter_mean, trillions};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "local_revenue",
    title: words("Local revenue, debt and interest burden", "地方收入、债务与利息负担"),
    caption: words(
        "Revenue of local governments by source over GDP of four quarters, stacked; explicit bonds and debt of financing \
         vehicles, stacked; interest of governments and vehicles over revenue (four-quarter mean), and old debt repaid \
         out of new over new debt of vehicles.",
        "地方政府收入按来源分与四个季度国内生产总值之比（堆积）；显性债券与融资平台债务（堆积）；政府与平台利息占收入比重\
         （四季度平均），以及平台借新还旧占新债比重。",
    ),
    statistics: &[
        "series.gdp_nominal_cny",
        "series.local_tax_revenue_cny",
        "series.local_transfers_cny",
        "series.land_revenue_cny",
        "series.local_fees_cny",
        "series.local_bonds_cny",
        "series.lgfv_debt_cny",
        "series.local_interest_burden",
        "series.lgfv_rollover_share",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let gdp = four_quarter_mean(&data.series("gdp_nominal_cny")?);
    let mut revenue = Panel::new(
        words("Revenue by source", "按来源分的收入"),
        words("share of GDP, four quarters", "占国内生产总值比重，四个季度"),
        Format::Percent,
    );
    for (name, label) in [
        ("local_tax_revenue", words("Taxes", "税收")),
        ("land_revenue", words("Land", "土地")),
        ("local_transfers", words("Transfers from the centre", "中央转移支付")),
        ("local_fees", words("Fees", "收费")),
    ] {
        let source = four_quarter_mean(&data.series(&format!("{name}_cny"))?);
        let share = source.iter().zip(&gdp).map(|(v, gdp)| v / gdp).collect();
        revenue = revenue.layer(Shape::Area, &format!("{name}_to_gdp"), label, share);
    }
    let debt = Panel::new(words("Debt", "债务"), words("trillion yuan", "万亿元"), Format::Number)
        .layer(
            Shape::Area,
            "local_bonds_trillion_cny",
            words("Local bonds", "地方债券"),
            trillions(&data.series("local_bonds_cny")?),
        )
        .layer(
            Shape::Area,
            "lgfv_debt_trillion_cny",
            words("Financing vehicles", "融资平台"),
            trillions(&data.series("lgfv_debt_cny")?),
        );
    let interest = four_quarter_mean(&data.series("local_interest_burden")?);
    let rollover = four_quarter_mean(&data.series("lgfv_rollover_share")?);
    let burden = Panel::new(
        words("Interest and rollover", "利息与滚续"),
        words("four-quarter mean", "四季度平均"),
        Format::Percent,
    )
    .line("local_interest_burden", words("Interest over revenue", "利息占收入比重"), interest)
    .line("lgfv_rollover_share", words("Rollover share of new debt", "借新还旧占新债比重"), rollover)
    .with_zero();
    let panels = vec![revenue.with_zero(), debt.with_zero(), burden];
    Ok(Page::new(data.clock()?, Width::Double, 3, 110.0, panels))
}
