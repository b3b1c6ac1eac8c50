//! Goods are conserved, by product.

use super::super::balance::{BalanceSheets, OpeningBalances};
use super::{Code, Findings};
use crate::structure::Structure;
use bevy_ecs::prelude::World;

pub fn check(world: &World, closing: &BalanceSheets, findings: &mut Findings) {
    let (Some(book), Some(opening)) = (super::goods_book(world), world.get_resource::<OpeningBalances>()) else {
        return;
    };
    let structure = world.resource::<Structure>();
    for (s, sector) in structure.sectors.iter().enumerate() {
        let of = |flow: &[i128]| flow.get(s).copied().unwrap_or(0);
        let came = opening.0.goods[s] + of(&book.output) + of(&book.imports);
        let went = of(&book.final_sales) + of(&book.inputs_used) + of(&book.scrapped) + closing.goods[s];
        if came != went {
            let parts = format!(
                "opening {}, output {}, imports {}, final sales {}, inputs used {}, scrapped {}, closing {}",
                opening.0.goods[s],
                of(&book.output),
                of(&book.imports),
                of(&book.final_sales),
                of(&book.inputs_used),
                of(&book.scrapped),
                closing.goods[s]
            );
            findings.add(Code::Goods, "goods", sector.code.clone(), came - went, vec![parts]);
        }
    }
}
