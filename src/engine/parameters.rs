//! Parameters are declared once, beside the mechanism that uses them; the schema, the error messages, the
//! model documentation and the resolved configuration all derive from that declaration.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A parameter's value in its widest form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Real number.
    Real(f64),
    /// Whole number.
    Integer(i64),
    /// Switch.
    Switch(bool),
    /// Word.
    Text(String),
}

/// What is declared about one parameter.
#[derive(Clone, Debug)]
pub struct ParameterDoc {
    /// Key in the mechanism's table.
    pub name: &'static str,
    /// First doc comment: what it is and its source.
    pub doc: &'static str,
    /// Unit (`1` for shares).
    pub unit: &'static str,
    /// Default value.
    pub default: Value,
    /// Smallest allowed number, if numeric.
    pub low: Option<f64>,
    /// Largest allowed number, if numeric.
    pub high: Option<f64>,
    /// Allowed words, if a word.
    pub choices: &'static [&'static str],
}

/// A value that a parameter can have.
pub trait ParameterValue: Sized {
    /// Into the wide form.
    fn widen(&self) -> Value;
    /// From the wide form; `None` if the kind is wrong.
    fn narrow(value: &Value) -> Option<Self>;
    /// What a reader is told to write.
    const KIND: &'static str;
}

impl ParameterValue for f64 {
    fn widen(&self) -> Value {
        Value::Real(*self)
    }
    #[allow(clippy::cast_precision_loss, reason = "configuration integers are small")]
    fn narrow(value: &Value) -> Option<Self> {
        match value {
            Value::Real(x) => Some(*x),
            Value::Integer(x) => Some(*x as f64),
            _ => None,
        }
    }
    const KIND: &'static str = "a number";
}

impl ParameterValue for i64 {
    fn widen(&self) -> Value {
        Value::Integer(*self)
    }
    fn narrow(value: &Value) -> Option<Self> {
        if let Value::Integer(x) = value { Some(*x) } else { None }
    }
    const KIND: &'static str = "a whole number";
}

impl ParameterValue for bool {
    fn widen(&self) -> Value {
        Value::Switch(*self)
    }
    fn narrow(value: &Value) -> Option<Self> {
        if let Value::Switch(x) = value { Some(*x) } else { None }
    }
    const KIND: &'static str = "true or false";
}

impl ParameterValue for String {
    fn widen(&self) -> Value {
        Value::Text(self.clone())
    }
    fn narrow(value: &Value) -> Option<Self> {
        if let Value::Text(x) = value { Some(x.clone()) } else { None }
    }
    const KIND: &'static str = "a word in quotes";
}

/// A table of parameters: what `parameters!` implements.
pub trait ParameterTable: Default + Clone + Send + Sync + Serialize + DeserializeOwned + 'static {
    /// What the table is about.
    const DOC: &'static str;
    /// Declarations in order.
    fn docs() -> Vec<ParameterDoc>;
    /// Sets one parameter; `false` if the name is unknown or the kind is wrong. Range checks are the loader's.
    fn set(&mut self, name: &str, value: &Value) -> bool;
    /// Current values in order.
    fn values(&self) -> Vec<(&'static str, Value)>;
    /// The kind that `name` wants, for messages.
    fn kind(name: &str) -> Option<&'static str>;
}

/// Declares a mechanism's parameters: `name: type = default, "unit", low..=high;` (numbers), or
/// `name: bool = default;`, or `name: String = default, ["a", "b"];` (choices; empty for free text).
#[macro_export]
macro_rules! parameters {
    ($(#[doc = $tdoc:literal])* pub struct $table:ident { $($(#[doc = $doc:literal])+ $name:ident : $kind:tt = $default:expr $(, $unit:literal, $low:literal ..= $high:literal)? $(, [$($choice:literal),*])? ;)* }) => {
        $(#[doc = $tdoc])*
        #[derive(Clone, Debug, bevy_ecs::prelude::Resource, serde::Serialize, serde::Deserialize)]
        pub struct $table {
            $($(#[doc = $doc])+ pub $name: $kind,)*
        }
        impl Default for $table {
            fn default() -> Self {
                Self { $($name: $kind::from($default),)* }
            }
        }
        impl $crate::engine::parameters::ParameterTable for $table {
            const DOC: &'static str = concat!($($tdoc),*).trim_ascii();
            fn docs() -> Vec<$crate::engine::parameters::ParameterDoc> {
                #[allow(unused_imports, reason = "tables without parameters")]
                use $crate::engine::parameters::{ParameterDoc, ParameterValue};
                vec![$({
                    #[allow(unused_mut, unused_assignments, reason = "set only for numbers or words")]
                    let (mut low, mut high, mut unit, mut choices): (Option<f64>, Option<f64>, &'static str, &'static [&'static str]) = (None, None, "", &[]);
                    $(low = Some(f64::from($low)); high = Some(f64::from($high)); unit = $unit;)?
                    $(choices = &[$($choice),*];)?
                    ParameterDoc { name: stringify!($name), doc: concat!($($doc),+).trim_ascii(), unit, default: $kind::from($default).widen(), low, high, choices }
                }),*]
            }
            #[allow(unused_variables, reason = "tables without parameters")]
            fn set(&mut self, name: &str, value: &$crate::engine::parameters::Value) -> bool {
                #[allow(unused_imports, reason = "tables without parameters")]
                use $crate::engine::parameters::ParameterValue;
                $(if name == stringify!($name) {
                    return <$kind>::narrow(value).map(|v| self.$name = v).is_some();
                })*
                false
            }
            fn values(&self) -> Vec<(&'static str, $crate::engine::parameters::Value)> {
                #[allow(unused_imports, reason = "tables without parameters")]
                use $crate::engine::parameters::ParameterValue;
                vec![$((stringify!($name), self.$name.widen())),*]
            }
            #[allow(unused_variables, reason = "tables without parameters")]
            fn kind(name: &str) -> Option<&'static str> {
                #[allow(unused_imports, reason = "tables without parameters")]
                use $crate::engine::parameters::ParameterValue;
                $(if name == stringify!($name) { return Some(<$kind>::KIND); })*
                None
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    parameters! {
        /// A table for the test.
        pub struct Sample {
            /// Speed of adjustment. Source: nobody (2023), table 1.
            speed: f64 = 0.25, "per quarter", 0.0..=1.0;
            /// Number of candidates.
            candidates: i64 = 3, "suppliers", 1..=20;
            /// Whether it runs.
            enabled: bool = true;
            /// Rule.
            rule: String = "a", ["a", "b"];
        }
    }

    #[test]
    fn a_declaration_carries_default_unit_range_and_doc() {
        let docs = Sample::docs();
        assert_eq!((docs.len(), Sample::DOC), (4, "A table for the test."));
        assert_eq!(docs[0].default, Value::Real(0.25));
        assert_eq!((docs[1].low, docs[1].high, docs[1].unit), (Some(1.0), Some(20.0), "suppliers"));
        assert_eq!(docs[3].choices, ["a", "b"]);
        assert!(docs[0].doc.starts_with("Speed of adjustment"));
    }

    #[test]
    fn setting_refuses_unknown_names_and_wrong_kinds() {
        let mut s = Sample::default();
        assert!(s.set("speed", &Value::Integer(1)));
        assert!(!s.set("sped", &Value::Real(1.0)));
        assert!(!s.set("candidates", &Value::Real(1.5)));
        assert!(!s.set("enabled", &Value::Text("yes".into())));
        assert_eq!(s.values()[0], ("speed", Value::Real(1.0)));
        assert_eq!(Sample::kind("rule"), Some("a word in quotes"));
    }
}
