//! Sellers that a buyer may meet, by sector and region, drawn by weight in constant time on average.

use crate::agents::NOBODY;
use crate::engine::Draws;

/// Sellers of a sector, in a region or everywhere, with cumulative weights for draws.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct SellerList {
    /// Cumulative weight and slot of each seller, next to each other as draws need both.
    pub(super) sellers: Vec<(f64, u32)>,
    /// Where to start looking, for as many equal parts of the weights as there are sellers.
    guide: Vec<u32>,
}

impl SellerList {
    pub(super) fn clear(&mut self) {
        self.sellers.clear();
        self.guide.clear();
    }

    pub(super) fn push(&mut self, slot: u32, weight: f64) {
        self.sellers.push((self.total().unwrap_or(0.0) + weight, slot));
    }

    pub(super) fn total(&self) -> Option<f64> {
        self.sellers.last().map(|s| s.0)
    }

    /// Fills the guide (Chen & Asau 1974: a guide table finds a cumulative weight in constant time on average).
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "slots fit 32 bits")]
    pub(super) fn index(&mut self) {
        let n = self.sellers.len();
        let step = self.total().map_or(0.0, |total| total / n as f64);
        let mut i = 0;
        for part in 0..n {
            while i + 1 < n && self.sellers[i].0 <= step * part as f64 {
                i += 1;
            }
            self.guide.push(i as u32);
        }
    }

    /// First seller whose cumulative weight is above u of the total; the guide only says where the search starts.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "u is in [0, 1)"
    )]
    pub(super) fn draw(&self, u: f64) -> Option<u32> {
        let target = u * self.total()?;
        let last = self.sellers.len() - 1;
        let part = ((u * self.sellers.len() as f64) as usize).min(last);
        let mut i = self.guide[part] as usize;
        while i < last && self.sellers[i].0 <= target {
            i += 1;
        }
        while i > 0 && self.sellers[i - 1].0 > target {
            i -= 1;
        }
        Some(self.sellers[i].1)
    }
}

/// Sellers of each sector, nationwide and by region.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct SellerLists {
    pub(super) national: Vec<SellerList>,
    pub(super) regional: Vec<SellerList>,
    pub(super) sectors: usize,
}

impl SellerLists {
    pub(super) fn clear(&mut self, sectors: usize, regions: usize) {
        self.sectors = sectors;
        self.national.iter_mut().chain(&mut self.regional).for_each(SellerList::clear);
        self.national.resize(sectors, SellerList::default());
        self.regional.resize(sectors * regions, SellerList::default());
    }

    pub(super) fn add(&mut self, slot: u32, sector: usize, region: usize, weight: f64) {
        for list in [&mut self.national[sector], &mut self.regional[region * self.sectors + sector]] {
            list.push(slot, weight);
        }
    }

    /// Makes the lists ready for draws.
    pub(super) fn index(&mut self) {
        self.national.iter_mut().chain(&mut self.regional).for_each(SellerList::index);
    }

    pub(super) fn draw(&self, sector: usize, region: usize, home_share: f64, draws: &mut Draws) -> u32 {
        let home = draws.chance(home_share);
        let u = draws.uniform();
        let regional = &self.regional[region * self.sectors + sector];
        let found = if home {
            regional.draw(u).or_else(|| self.national[sector].draw(u))
        } else {
            self.national[sector].draw(u)
        };
        found.unwrap_or(NOBODY)
    }
}
