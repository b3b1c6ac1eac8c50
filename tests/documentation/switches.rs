//! `docs/switches.md`: how each mechanism is switched off, and what happens instead.

use std::fmt::Write;

use xinzhi::engine::Switches;
use xinzhi::tick::tick;

use super::cell;

/// Text of the file.
pub fn text() -> String {
    let mut text = String::from(
        "# Switches\n\n\
         Written from the program by `cargo run --example write_docs`; do not edit. What switches each mechanism of the tick, or a\n\
         part of it, off: settings for `--set` or a configuration. Accounts close, the run goes on and tables have the same\n\
         columns whatever is switched off; a test shows for each switch that nothing of the mechanism is left and that what\n\
         it did is gone. What switching off changes, with intervals and beside the literature, is in [evidence.md](evidence.md).\n\n\
         | Mechanism | What is switched off | By | What happens instead |\n|---|---|---|---|\n",
    );
    let mut without = String::new();
    for (name, switches) in tick().switches() {
        match switches {
            Switches::Unstated => {
                let _ = writeln!(text, "| `[{name}]` | – | – | not stated |");
            }
            Switches::None(reason) => {
                let _ = writeln!(without, "- `[{name}]`: {reason}.");
            }
            Switches::Of(list) => {
                for switch in list {
                    let off: Vec<String> = switch.off.iter().map(|s| format!("`{s}`")).collect();
                    let _ = writeln!(
                        text,
                        "| `[{name}]` | {} | {} | {} |",
                        cell(switch.part),
                        off.join(", "),
                        cell(switch.instead)
                    );
                }
            }
        }
    }
    let _ = write!(text, "\n## Mechanisms without a switch\n\n{without}");
    text
}
