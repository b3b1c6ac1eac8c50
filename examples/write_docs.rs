//! Writes the tables of the documentation from the program: `cargo run --example write_docs`.
//!
//! `docs/parameters.md` comes from the declarations of the mechanisms, `docs/statistics.md` from the dictionary of the
//! tables, `docs/figures.md` from the figures, `docs/state.md` and `docs/schedule.md` from the source, `configs/schema.json`
//! from the declarations again; tests fail when one is out of date.

use std::path::Path;

#[path = "../tests/documentation/mod.rs"]
mod documentation;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in documentation::generated() {
        std::fs::write(folder.join(name), text)?;
        println!("docs/{name}");
    }
    let registry = xinzhi::simulation::Simulation::registry();
    std::fs::write(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/schema.json"),
        xinzhi::engine::schema::text(&registry),
    )?;
    println!("configs/schema.json");
    Ok(())
}
