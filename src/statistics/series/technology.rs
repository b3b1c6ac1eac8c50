//! AI and the upgrading of firms and sectors.

use crate::agents::Stage;
use crate::statistics::facts::yuan;
use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "ai_adopter_share_firms", "1", "firms that use AI over firms in business", "firms" => |f| f.firms.nation.adopters / f.firms.nation.firms;
        "ai_adopter_share_value_added", "1", "share of firms that use AI in value added", "firms" => |f| f.firms.nation.adopter_share_value_added();
        "ai_depth", "1", "share of all tasks done by AI, weighted by the work that they would take", "firms" => |f| f.firms.nation.ai_depth();
        "ai_services", "CNY of 2023 per quarter", "AI services used by firms", "production" => |f| f.flows.ai_services;
        "ai_services_cost_share", "1", "AI services at their price over GDP", "production, prices" => |f| f.now.ai_share;
        "ai_capability", "logits", "capability of AI at home, mean of sectors by value added; zero at the start", "frontier" => |f| f.capability.0;
        "ai_frontier_gap", "logits", "capability at the world's frontier less that at home", "frontier" => |f| f.capability.1 - f.capability.0;
        "industrial_share_value_added", "1", "share of industrial firms in value added", "firms" => |f| f.firms.nation.stage_share(Stage::Industrial);
        "digital_only_share_value_added", "1", "share of digital firms without AI stage in value added", "firms" => |f| f.firms.nation.stage_share(Stage::Digital);
        "intelligent_share_value_added", "1", "share of intelligent firms in value added", "firms" => |f| f.firms.nation.stage_share(Stage::Intelligent);
        "digital_share_value_added", "1", "share of firms that are at least digital in value added", "firms" => |f| 1.0 - f.firms.nation.stage_share(Stage::Industrial);
        "emerging_share_value_added", "1", "share of electronics, digital services and AI services in value added", "firms" => |f| emerging(f);
        "upgrade_index", "1", "mean stage of firms by value added: industrial 0, digital 0.5, intelligent 1", "firms" => |f| f.firms.nation.upgrade_index();
        "sophistication_index", "opening = 1", "mean opening value added per worker of sectors by their share in value added", "after Hausmann, Hwang & Rodrik (2007)" => sophistication;
        "research_spending_cny", "CNY per quarter", "spending of firms on research, which is capital formation", "trade between firms" => |f| f.flow(yuan(f.tally.research_spending));
        "research_intensity", "1", "spending of firms on research over GDP", "trade between firms" => |f| f.flow(yuan(f.tally.research_spending) / f.flows.gdp);
        "innovations", "innovations per quarter", "innovations of firm agents", "research" => |f| count(f, f.tally.innovations);
        "research_interruptions", "projects per quarter", "research projects that lost stages behind them for want of money, or with their firm", "research" => |f| count(f, f.tally.research_interruptions);
        "lost_research_cny", "CNY per quarter", "what projects that ended without an innovation had cost", "research" => |f| f.flow(yuan(f.tally.lost_research));
        "ai_adoptions", "firm agents per quarter", "firms that adopted AI", "adoption" => |f| count(f, f.tally.adoptions);
    }
}

fn emerging(f: &Facts) -> f64 {
    f.structure().emerging.iter().map(|s| f.now.value_added_shares.get(*s).copied().unwrap_or(f64::NAN)).sum()
}

/// Sectors' output per person at the start, weighted by today's shares over the same with opening shares.
fn sophistication(f: &Facts) -> f64 {
    let opening = if f.is_opening() { &f.now } else { &f.history.opening };
    let at = |shares: &[f64]| -> f64 {
        opening
            .value_added_shares
            .iter()
            .zip(&opening.heads)
            .zip(shares)
            .filter(|((_, heads), _)| **heads > 0.0)
            .map(|((value, heads), share)| value / heads * share)
            .sum()
    };
    at(&f.now.value_added_shares) / at(&opening.value_added_shares)
}

#[allow(clippy::cast_precision_loss, reason = "counts")]
const fn count(f: &Facts, number: u64) -> f64 {
    f.flow(number as f64)
}
