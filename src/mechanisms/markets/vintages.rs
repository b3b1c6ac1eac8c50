//! Layers of capital: what is bought new goes on top, what is scrapped comes from the bottom, used capital joins its age.

use crate::accounts::Money;
use crate::agents::{Capital, Vintage};

/// Adds a layer of the newest vintage; young layers are merged, so that a firm holds few.
pub fn install(capital: &mut Capital, quantity: f64, productivity: f64, cost: Money) {
    if quantity <= 0.0 && cost == Money::ZERO {
        return;
    }
    if let Some(last) = capital.vintages.last_mut().filter(|v| v.age < 4) {
        let sum = last.quantity + quantity;
        if sum > 0.0 {
            last.productivity = (last.productivity * last.quantity + productivity * quantity) / sum;
        }
        last.quantity = sum;
        last.value += cost;
    } else {
        capital.vintages.push(Vintage { quantity, productivity, value: cost, age: 0 });
    }
}

/// Scraps the oldest capital; returns its book value.
pub fn scrap(capital: &mut Capital, quantity: f64) -> Money {
    let (mut left, mut value) = (quantity, Money::ZERO);
    for v in &mut capital.vintages {
        if left <= 0.0 || v.quantity <= 0.0 {
            continue;
        }
        let share = (left / v.quantity).min(1.0);
        let lost = v.value.share(share);
        left -= v.quantity * share;
        v.quantity *= 1.0 - share;
        v.value -= lost;
        value += lost;
    }
    capital.vintages.retain(|v| v.quantity > 0.0 || v.value.0 != 0);
    value
}

/// Keeps layers beyond an age \[quarters\] as one, which is as productive as they are on average and as old as the largest.
pub fn merge_oldest(capital: &mut Capital, age: i64) {
    let old = capital.vintages.iter().take_while(|v| i64::from(v.age) > age).count();
    if old < 2 {
        return;
    }
    let (mut sum, mut work) = (Vintage { age: 0, ..Vintage::default() }, 0.0);
    let mut largest = -1.0;
    for v in capital.vintages.drain(..old) {
        if v.quantity > largest {
            (largest, sum.age) = (v.quantity, v.age);
        }
        sum.quantity += v.quantity;
        sum.value += v.value;
        work += v.productivity * v.quantity;
    }
    sum.productivity = if sum.quantity > 0.0 { work / sum.quantity } else { 1.0 };
    capital.vintages.insert(0, sum);
}

/// Quarters of age within which used capital joins a layer instead of becoming one of its own.
const SAME_LAYER: u16 = 12;

/// Adds used capital to a firm: to the layer nearest in age, or as a layer in its place; layers stay oldest first.
pub fn take_over(capital: &mut Capital, used: Vintage) {
    let place = capital.vintages.partition_point(|v| v.age > used.age);
    let near = [place.checked_sub(1), Some(place)].into_iter().flatten().filter(|i| {
        capital.vintages.get(*i).is_some_and(|v| v.age.abs_diff(used.age) < SAME_LAYER && v.quantity > 0.0)
    });
    match near.min_by_key(|i| capital.vintages[*i].age.abs_diff(used.age)) {
        Some(i) => {
            let v = &mut capital.vintages[i];
            let sum = v.quantity + used.quantity;
            v.productivity = (v.productivity * v.quantity + used.productivity * used.quantity) / sum;
            v.quantity = sum;
            v.value += used.value;
        }
        None => capital.vintages.insert(place, used),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn young_layers_are_merged() {
        let mut c = Capital::default();
        install(&mut c, 10.0, 1.0, Money(100));
        install(&mut c, 30.0, 2.0, Money(300));
        assert_eq!(c.vintages.len(), 1);
        assert!((c.vintages[0].productivity - 1.75).abs() < 1e-12);
        assert_eq!(c.value(), Money(400));
    }

    #[test]
    fn old_layers_become_one_and_lose_nothing() {
        let layer =
            |age: u16, quantity: f64, productivity: f64| Vintage { age, quantity, productivity, value: Money(7) };
        let mut c = Capital { vintages: vec![layer(150, 3.0, 0.5), layer(125, 1.0, 0.9), layer(120, 2.0, 1.0)] };
        merge_oldest(&mut c, 120);
        assert_eq!(c.vintages.len(), 2);
        assert_eq!((c.vintages[0].age, c.vintages[1].age), (150, 120));
        assert!((c.vintages[0].productivity - 0.6).abs() < 1e-12);
        assert_eq!((c.vintages[0].quantity, c.value()), (4.0, Money(21)));
        let before = c.clone();
        merge_oldest(&mut c, 120);
        assert_eq!(c.vintages.len(), before.vintages.len());
    }

    #[test]
    fn used_capital_takes_its_place_by_age() {
        let layer = |age: u16, quantity: f64| Vintage { age, quantity, productivity: 1.0, value: Money(100) };
        let mut c = Capital { vintages: vec![layer(80, 1.0), layer(40, 1.0), layer(4, 1.0)] };
        take_over(&mut c, layer(20, 2.0));
        take_over(&mut c, layer(100, 3.0));
        take_over(&mut c, layer(43, 5.0));
        let ages: Vec<u16> = c.vintages.iter().map(|v| v.age).collect();
        assert_eq!(ages, [100, 80, 40, 20, 4]);
        assert!((c.vintages[2].quantity - 6.0).abs() < 1e-12);
        assert_eq!(c.value(), Money(600));
    }
}
