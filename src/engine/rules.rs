//! Conditions between parameters: shares that must leave room for each other, bounds in order, keys that say the same.

use super::parameters::Value;
use super::registry::Values;

/// Table and key of a parameter.
pub type Key = (&'static str, &'static str);

/// A condition beyond the kind and range of single values.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The parameters that it is about; a breach cites the places where they were set.
    pub keys: Vec<Key>,
    /// What must hold.
    pub condition: Condition,
}

/// What must hold between the parameters of a rule.
#[derive(Clone, Debug)]
pub enum Condition {
    /// They are shares of one whole: their sum is at most one.
    SharesOfOne,
    /// None is smaller than the one before it.
    Ascending,
    /// All say the same.
    Equal,
    /// Something else; returns everything that is wrong.
    Other(fn(&Values) -> Vec<Breach>),
}

/// What a [`Rule`] found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong, naming table, key and value.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// Where, if it is not where the keys were set: in a file that a value names.
    pub place: Option<super::configuration::Place>,
}

impl Breach {
    /// A breach at the places where the keys were set.
    #[must_use]
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), place: None }
    }
}

impl Rule {
    /// Everything that is wrong.
    #[must_use]
    pub fn breaches(&self, values: &Values) -> Vec<Breach> {
        match &self.condition {
            Condition::Other(check) => check(values),
            Condition::SharesOfOne => self.shares_of_one(values).into_iter().collect(),
            Condition::Ascending => self.ascending(values).into_iter().collect(),
            Condition::Equal => self.equal(values).into_iter().collect(),
        }
    }

    /// The rule in words, for the documentation; none for a rule of its own kind.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let names = |by: &str| self.keys.iter().map(|key| format!("`{}`", path(*key))).collect::<Vec<_>>().join(by);
        match self.condition {
            Condition::SharesOfOne => Some(format!("{} ≤ 1", names(" + "))),
            Condition::Ascending => Some(names(" ≤ ")),
            Condition::Equal => Some(names(" = ")),
            Condition::Other(_) => None,
        }
    }

    fn shares_of_one(&self, values: &Values) -> Option<Breach> {
        // Shares with a few decimals do not add up to exactly one in binary.
        const ROUNDING: f64 = 1e-9;
        let sum: f64 = self.keys.iter().map(|key| number(values, *key)).sum();
        (sum > 1.0 + ROUNDING).then(|| {
            let parts = self.with_values(values, " and ");
            Breach::new(
                format!("{parts} are shares of one whole, but add up to {}", rounded(sum)),
                "lower them until they add up to 1 or less",
            )
        })
    }

    fn ascending(&self, values: &Values) -> Option<Breach> {
        let pair = self.keys.windows(2).find(|pair| number(values, pair[0]) > number(values, pair[1]))?;
        let [low, high] = [pair[0], pair[1]].map(path);
        Some(Breach::new(
            format!("`{low}` is {}, which exceeds `{high}` of {}", number(values, pair[0]), number(values, pair[1])),
            format!("`{low}` may be as large as `{high}`, not larger"),
        ))
    }

    fn equal(&self, values: &Values) -> Option<Breach> {
        let first = number(values, self.keys[0]);
        let differs = self.keys[1..].iter().any(|key| number(values, *key).total_cmp(&first).is_ne());
        differs.then(|| {
            Breach::new(
                format!("{} must say the same", self.with_values(values, " and ")),
                "they are two sides of one thing: set both to one value",
            )
        })
    }

    fn with_values(&self, values: &Values, by: &str) -> String {
        let one = |key: &Key| format!("`{}` of {}", path(*key), number(values, *key));
        self.keys.iter().map(one).collect::<Vec<_>>().join(by)
    }
}

/// `table.key`.
fn path((table, key): Key) -> String {
    format!("{table}.{key}")
}

/// Without the last digits, which are rounding.
fn rounded(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
}

/// The number that a key has; NaN if it has none, which breaks no rule.
#[must_use]
pub fn number(values: &Values, (table, key): Key) -> f64 {
    match values.get(table).and_then(|table| table.get(key)) {
        Some(Value::Real(x)) => *x,
        #[allow(clippy::cast_precision_loss, reason = "whole numbers in a configuration are small")]
        Some(Value::Integer(x)) => *x as f64,
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, f64)]) -> Values {
        let table = pairs.iter().map(|(key, x)| ((*key).to_owned(), Value::Real(*x))).collect();
        Values::from([("t".to_owned(), table)])
    }

    fn rule(condition: Condition) -> Rule {
        Rule { keys: vec![("t", "a"), ("t", "b")], condition }
    }

    #[test]
    fn shares_leave_room_for_each_other() {
        let shares = rule(Condition::SharesOfOne);
        assert!(shares.breaches(&values(&[("a", 0.7), ("b", 0.1 + 0.2)])).is_empty());
        let told = shares.breaches(&values(&[("a", 0.8), ("b", 0.3)])).remove(0).message;
        assert_eq!(told, "`t.a` of 0.8 and `t.b` of 0.3 are shares of one whole, but add up to 1.1");
        assert_eq!(shares.words().unwrap(), "`t.a` + `t.b` ≤ 1");
    }

    #[test]
    fn bounds_are_in_order_and_twins_agree() {
        let bounds = rule(Condition::Ascending);
        assert!(bounds.breaches(&values(&[("a", 1.0), ("b", 1.0)])).is_empty());
        let told = bounds.breaches(&values(&[("a", 2.0), ("b", 1.0)])).remove(0);
        assert_eq!(told.message, "`t.a` is 2, which exceeds `t.b` of 1");
        let twins = rule(Condition::Equal);
        assert!(twins.breaches(&values(&[("a", 0.5), ("b", 0.5)])).is_empty());
        assert_eq!(twins.breaches(&values(&[("a", 0.5), ("b", 0.4)])).len(), 1);
    }

    #[test]
    fn a_missing_number_breaks_no_rule() {
        for condition in [Condition::SharesOfOne, Condition::Ascending] {
            assert!(rule(condition).breaches(&values(&[("a", 2.0)])).is_empty());
        }
    }
}
