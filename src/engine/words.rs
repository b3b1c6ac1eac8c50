//! Words of the program in stored state: a field of type `&'static str` names itself in a checkpoint and comes back as
//! the same word. `#[serde(with = "crate::engine::words")]` on a field of type [`Word`]; [`many`] for a list of them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serializer};

/// A word of the program. As an alias, because serde would take a field written `&'static str` for a loan of its input.
pub type Word = &'static str;

/// Words that came back, each kept once for the life of the program: they are few, as the program has few.
static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

fn keep(word: String) -> &'static str {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(word.as_str()) {
        return known;
    }
    let word: &'static str = Box::leak(word.into_boxed_str());
    kept.insert(word);
    word
}

/// Writes a word.
///
/// # Errors
/// Of the serialiser.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub fn serialize<S: Serializer>(word: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(word)
}

/// Reads a word.
///
/// # Errors
/// Of the deserialiser.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    String::deserialize(deserializer).map(keep)
}

/// Lists of words.
pub mod many {
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes a list of words.
    ///
    /// # Errors
    /// Of the serialiser.
    pub fn serialize<S: Serializer>(words: &[&'static str], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(words)
    }

    /// Reads a list of words.
    ///
    /// # Errors
    /// Of the deserialiser.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<&'static str>, D::Error> {
        Ok(Vec::<String>::deserialize(deserializer)?.into_iter().map(super::keep).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        #[serde(with = "crate::engine::words")]
        kind: super::Word,
        #[serde(with = "crate::engine::words::many")]
        more: Vec<&'static str>,
    }

    #[test]
    fn a_word_comes_back_and_is_kept_once() {
        let row = Row { kind: "firm_exit", more: vec!["a", "火", ""] };
        let text = serde_json::to_string(&row).unwrap();
        let back = || serde_json::from_str::<Row>(&text).unwrap();
        assert_eq!(back(), row);
        assert!(std::ptr::eq(back().kind, back().kind));
    }
}
