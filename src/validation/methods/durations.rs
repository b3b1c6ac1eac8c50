//! Recessions and how long they last.

/// Lengths of runs of falling values: quarters of consecutive declines of at least `shortest` quarters (the rule of thumb is two).
#[must_use]
pub fn declines(values: &[f64], shortest: usize) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut length = 0;
    for pair in values.windows(2) {
        if pair[1] < pair[0] {
            length += 1;
        } else {
            if length >= shortest {
                lengths.push(length);
            }
            length = 0;
        }
    }
    if length >= shortest {
        lengths.push(length);
    }
    lengths
}

/// Largest distance between the distribution of durations and the exponential one with the same mean beyond the shortest
/// duration, over its critical value at 5 % (Lilliefors 1969: 1.06 / √n for a mean that is estimated); below one the exponential is not
/// rejected. None for fewer than five durations.
#[must_use]
pub fn exponential_distance(durations: &[usize]) -> Option<f64> {
    let n = durations.len();
    if n < 5 {
        return None;
    }
    let mut sorted: Vec<f64> = durations.iter().map(|d| *d as f64).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let shortest = sorted[0];
    // Whole quarters: what lasted d quarters ended somewhere between d − 1/2 and d + 1/2.
    let mean = sorted.iter().map(|d| d - shortest + 0.5).sum::<f64>() / n as f64;
    let mut distance: f64 = 0.0;
    let mut k = 0;
    while k < n {
        let same = sorted[k..].iter().take_while(|d| **d <= sorted[k]).count();
        let reached = (k + same) as f64 / n as f64;
        distance = distance.max((reached - (1.0 - (-(sorted[k] - shortest + 1.0) / mean).exp())).abs());
        k += same;
    }
    Some(distance / (1.06 / (n as f64).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_declines_are_counted() {
        assert_eq!(declines(&[5.0, 4.0, 3.0, 4.0, 3.0, 5.0, 4.0, 3.0, 2.0], 2), [2, 3]);
        assert_eq!(declines(&[5.0, 4.0, 3.0, 4.0, 3.0, 5.0], 1), [2, 1]);
        assert!(declines(&[1.0, 2.0], 1).is_empty());
    }

    #[test]
    fn exponential_durations_pass_and_equal_ones_do_not() {
        // Quantiles of a geometric distribution, the exponential one in whole quarters.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
        let durations: Vec<usize> =
            (0..100).map(|k| 2 + (-(1.0 - (f64::from(k) + 0.5) / 100.0f64).ln() * 3.0) as usize).collect();
        assert!(exponential_distance(&durations).expect("enough") < 1.0);
        let mut equal = vec![12; 60];
        equal.push(2);
        assert!(exponential_distance(&equal).expect("enough") > 1.0);
        assert_eq!(exponential_distance(&[2, 3]), None);
    }
}
