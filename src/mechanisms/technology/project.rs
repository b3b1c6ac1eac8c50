//! Life of an upgrading project: proposed, funded or refused, under way, done or failed.
//!
//! A project is proposed in the technology phase of one tick: `Technology::project_cost` is what the firm asks credit for in
//! the next phase, and credit sets `Technology::funded`. Investment planning of the next tick adds the cost of funded
//! projects to desired investment (the money goes to capital goods, software and services of the investment bundle). The
//! technology phase of that tick then starts the work and clears the cost, or drops the proposal. When the work is over the
//! stage rises with some probability; otherwise the money is lost.

use crate::accounts::Money;
use crate::agents::{Stage, Technology};
use crate::engine::Draws;

/// What became of a project in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is none towards this stage.
    Idle,
    /// Money was found: work begins.
    Started,
    /// No money was found: the proposal is dropped.
    Lapsed,
    /// Work goes on.
    UnderWay,
    /// The new stage is reached.
    Completed,
    /// The work came to nothing.
    Failed,
}

/// Proposes a project that leads to `target` at `cost`.
pub fn propose(technology: &mut Technology, target: Stage, cost: Money) {
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
        propose(&mut t, Stage::Digital, Money(100));
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
        propose(&mut t, Stage::Digital, Money(100));
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Digital, 1, 1.0, &mut draws), Progress::Lapsed);
        assert_eq!((t.building, t.project_cost), (Stage::Industrial, Money::ZERO));
        propose(&mut t, Stage::Digital, Money(100));
        t.funded = true;
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Digital, 1, 0.0, &mut draws), Progress::Started);
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Digital, 1, 0.0, &mut draws), Progress::Failed);
        assert_eq!(t.building, Stage::Industrial);
    }

    #[test]
    fn an_industrial_firm_cannot_be_moved_by_the_wrong_mechanism() {
        let mut draws = StreamKey::new(1, 1, Stream::Technology).agent(0);
        let mut t = Technology::default();
        propose(&mut t, Stage::Digital, Money(100));
        t.funded = true;
        assert_eq!(advance(Stage::Industrial, &mut t, Stage::Intelligent, 1, 1.0, &mut draws), Progress::Idle);
    }
}
