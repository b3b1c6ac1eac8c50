//! Names of sectors and task classes as figures write them; an unknown key stands for itself.

use super::kit::{Words, words};

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
