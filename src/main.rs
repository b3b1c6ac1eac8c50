//! The program: parse, dispatch, exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    match xinzhi::cli::parse(std::env::args_os()) {
        Ok(command) => ExitCode::from(xinzhi::cli::dispatch(&command)),
        Err(code) => ExitCode::from(code),
    }
}
