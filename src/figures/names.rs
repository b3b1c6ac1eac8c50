//! Names of sectors, task classes and classes of banks as figures write them, and of policies and shocks; an unknown
//! key stands for itself.

use super::kit::{Mark, Words, words};

const SECTORS: [(&str, Words); 13] = [
    ("S01", words("Agriculture", "农业")),
    ("S02", words("Energy and utilities", "能源与公用事业")),
    ("S03", words("Materials", "原材料")),
    ("S04", words("Consumer manufacturing", "消费品制造")),
    ("S05", words("Machinery and transport equipment", "机械与运输设备")),
    ("S06", words("Electronics and electrical", "电子与电气")),
    ("S07", words("Construction", "建筑业")),
    ("S08", words("Trade, transport and business", "贸易、运输与商务")),
    ("S09", words("Digital and scientific services", "信息与科技服务")),
    ("S10", words("Finance", "金融业")),
    ("S11", words("Real estate", "房地产业")),
    ("S12", words("Public and personal services", "公共与居民服务")),
    ("S13", words("AI services", "人工智能服务")),
];

const TASKS: [(&str, Words); 4] = [
    ("routine_manual", words("Routine manual", "常规体力")),
    ("nonroutine_manual", words("Non-routine manual", "非常规体力")),
    ("routine_cognitive", words("Routine cognitive", "常规认知")),
    ("nonroutine_cognitive", words("Non-routine cognitive", "非常规认知")),
];

const BANKS: [(&str, Words); 5] = [
    ("large_state", words("Large state", "大型国有")),
    ("joint_stock", words("Joint-stock", "股份制")),
    ("city", words("City", "城市商业")),
    ("rural", words("Rural", "农村")),
    ("other", words("Other", "其他")),
];

/// Short name of a class of banks.
#[must_use]
pub fn bank_class(key: &str) -> Words {
    find(&BANKS, key)
}

/// A policy or shock as the mark in figures: its name or kind, from a quarter such as `2026Q3` on. Nothing if the
/// quarter is none.
#[must_use]
pub fn moment(name: &str, from: &str) -> Option<Mark> {
    let (year, quarter) = from.split_once('Q')?;
    let (year, quarter) = (year.trim().parse::<u16>().ok()?, quarter.trim().parse::<u8>().ok()?);
    if !(1..=4).contains(&quarter) {
        return None;
    }
    let time = f64::from(year) + (2.0 * f64::from(quarter) - 1.0) / 8.0;
    let name = name.replace('_', " ");
    let label = Words {
        en: format!("{name}, {year} Q{quarter}").into(),
        zh: format!("{name}，{year}年第{quarter}季度").into(),
    };
    Some(Mark { time, label })
}

/// Short name of a sector.
#[must_use]
pub fn sector(code: &str) -> Words {
    find(&SECTORS, code)
}

/// Name of a task class.
#[must_use]
pub fn task(key: &str) -> Words {
    find(&TASKS, key)
}

fn find(names: &[(&str, Words)], key: &str) -> Words {
    names.iter().find(|(k, _)| *k == key).map_or_else(|| Words::same(key), |(_, w)| w.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_middle_of_its_quarter() {
        let mark = moment("debt_swap", "2026Q3").unwrap();
        assert!((mark.time - 2026.625).abs() < 1e-12);
        assert_eq!(mark.label.en, "debt swap, 2026 Q3");
        assert_eq!(moment("x", "2026"), None);
        assert_eq!(moment("x", "2026Q5"), None);
    }
}
