//! Lists of whole numbers as people type them: `1..=20`, `1-20`, `1,3,7`, `1-5,9`.

/// First and last number of every part, in the order typed.
///
/// # Errors
/// What is wrong with the text and what is expected.
pub fn parts(text: &str) -> Result<Vec<(u64, u64)>, String> {
    text.split(',').map(part).collect()
}

fn part(text: &str) -> Result<(u64, u64), String> {
    const EXPECTED: &str = "expected numbers and ranges such as 1..=20, 1-20 or 1,3,7";
    let text = text.trim();
    let number = |text: &str| {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("`{text}` is not a whole number; {EXPECTED}"));
        }
        text.parse::<u64>().map_err(|_| format!("{text} is too large; {EXPECTED}"))
    };
    let (first, last) = match (text.split_once("..="), text.split_once("..")) {
        (Some(ends), _) => ends,
        (None, Some((first, last))) => {
            return Err(format!(
                "whether `{text}` holds {last} depends on the language; write {first}..={last} or {first}-{last}"
            ));
        }
        (None, None) => text.split_once('-').unwrap_or((text, text)),
    };
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(format!("the range `{text}` is empty: {first} is above {last}; {EXPECTED}"));
    }
    Ok((first, last))
}

/// Most seeds of one ensemble.
const MOST: u64 = 100_000;

/// The seeds of a text, each once, in order.
///
/// # Errors
/// As [`parts`], or if there are too many.
pub fn seeds(text: &str) -> Result<Seeds, String> {
    let parts = parts(text)?;
    let count = parts.iter().fold(0u64, |sum, (first, last)| sum.saturating_add(last - first).saturating_add(1));
    if count > MOST {
        return Err(format!("{count} seeds are too many for one ensemble; at most {MOST}"));
    }
    let mut seeds: Vec<u64> = parts.into_iter().flat_map(|(first, last)| first..=last).collect();
    seeds.sort_unstable();
    seeds.dedup();
    Ok(Seeds(seeds))
}

/// Seeds in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds(pub Vec<u64>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_ranges_and_lists_each_once_and_in_order() {
        for text in ["1..=3", "1-3", "1,2,3", "3, 1-2,2"] {
            assert_eq!(seeds(text), Ok(Seeds(vec![1, 2, 3])), "{text}");
        }
        assert_eq!(seeds("7"), Ok(Seeds(vec![7])));
        for (text, part) in [
            ("3-1", "3 is above 1"),
            ("1..3", "write 1..=3 or 1-3"),
            ("", "expected numbers"),
            ("-1", "expected numbers"),
            ("a", "`a` is not a whole number"),
            ("1-999999999", "too many"),
            ("0-18446744073709551615", "too many"),
            ("1-99999999999999999999", "too large"),
        ] {
            assert!(seeds(text).unwrap_err().contains(part), "{text}: {:?}", seeds(text));
        }
        assert_eq!(parts("1-10,11-20"), Ok(vec![(1, 10), (11, 20)]));
    }
}
