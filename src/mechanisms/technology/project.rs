//! Life of an upgrading project: proposed, funded or refused, under way, done or failed.
//!
//! A project is proposed in the technology phase; its cost is added to what the firm asks of its bank in the credit phase
//! that follows, which sets `Technology::funded`: deposits must hold the cost (loans of the quarter included), and the
//! bank must have granted most of what was asked for it. Investment planning of the next tick adds the cost of a funded
//! project to desired investment. The technology phase of that tick then starts the work or drops the proposal, and
//! clears the cost.
//!
//! The money goes to the goods, software and services of the investment bundle. What it buys is on the books at cost and
//! wears like other capital, but adds nothing to capacity: it is an intangible asset. When the work is over the stage
//! rises with some probability; on failure the firm has lost time, and the asset stays on the books till it has worn.
//!
//! Not here yet: a loan for the project itself, outlays that are lost on failure.

use crate::accounts::Money;
use crate::agents::{Books, Stage, Technology};
use crate::engine::Draws;

/// What became of a project in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is none towards this stage.
    Idle,
    /// Money was found: work begins.
    Started,
    /// Deposits did not hold the cost, or the bank did not grant what was asked: the proposal is dropped.
    Lapsed,
    /// Work goes on.
    UnderWay,
    /// The new stage is reached.
    Completed,
    /// The work came to nothing.
    Failed,
}

/// Proposes a project that leads to `target` at `cost` and asks the bank for it.
pub fn propose(technology: &mut Technology, books: &mut Books, target: Stage, cost: Money) {
    books.credit_demand += cost;
    technology.building = target;
    technology.project_cost = cost;
    technology.funded = false;
    technology.implementing = 0;
}

/// Moves a project towards `target` on by a quarter; the work takes `quarters`, at least one.
pub fn advance(
    stage: Stage,
    technology: &mut Technology,
    target: Stage,
    quarters: i64,
    success: f64,
    draws: &mut Draws,
) -> Progress {
    if stage >= target || technology.building != target {
        return Progress::Idle;
    }
    if technology.implementing == 0 {
        technology.project_cost = Money::ZERO;
        if !technology.funded {
            technology.building = stage;
            return Progress::Lapsed;
        }
        technology.implementing = u8::try_from(quarters.max(1)).unwrap_or(u8::MAX);
        return Progress::Started;
    }
    technology.implementing -= 1;
    if technology.implementing > 0 {
        return Progress::UnderWay;
    }
    technology.funded = false;
    if draws.chance(success) {
        Progress::Completed
    } else {
        technology.building = stage;
        Progress::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Stream, StreamKey};

    #[test]
    fn a_project_is_proposed_funded_carried_out_and_completed() {
        let mut draws = StreamKey::new(1, 1, Stream::Technology).agent(0);
        let mut t = Technology::default();
        let mut step = |t: &mut Technology| advance(Stage::Industrial, t, Stage::Digital, 2, 1.0, &mut draws);
        assert_eq!(step(&mut t), Progress::Idle);
        let mut books = Books { credit_demand: Money(7), ..Books::default() };
        propose(&mut t, &mut books, Stage::Digital, Money(100));
        assert_eq!(books.credit_demand, Money(107));
        t.funded = true;
        assert_eq!(step(&mut t), Progress::Started);
        assert_eq!(t.project_cost, Money::ZERO);
        assert_eq!(step(&mut t), Progress::UnderWay);
        assert_eq!(step(&mut t), Progress::Completed);
        assert_eq!(t.building, Stage::Digital);
    }

    #[test]
    fn without_money_the_proposal_lapses_and_without_luck_the_work_fails() {
        let mut draws = StreamKey::new(1, 1, Stream::Technology).agent(0);
        let mut t = Technology::default();
        propose(&mut t, &mut Books::default(), Stage::Digital, Money(100));
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Digital, 1, 1.0, &mut draws), Progress::Lapsed);
        assert_eq!((t.building, t.project_cost), (Stage::Industrial, Money::ZERO));
        propose(&mut t, &mut Books::default(), Stage::Digital, Money(100));
        t.funded = true;
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Digital, 1, 0.0, &mut draws), Progress::Started);
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Digital, 1, 0.0, &mut draws), Progress::Failed);
        assert_eq!(t.building, Stage::Industrial);
    }

    #[test]
    fn an_industrial_firm_cannot_be_moved_by_the_wrong_mechanism() {
        let mut draws = StreamKey::new(1, 1, Stream::Technology).agent(0);
        let mut t = Technology::default();
        propose(&mut t, &mut Books::default(), Stage::Digital, Money(100));
        t.funded = true;
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Intelligent, 1, 1.0, &mut draws), Progress::Idle);
    }
}
