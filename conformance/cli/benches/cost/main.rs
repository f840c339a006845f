//! What the judge costs, and how that grows.
//!
//! - `cargo bench -p signer-conformance-cli --bench cost` prints what it costs as ratios;
//! - `… -- growth` measures how cost grows, and draws it as `conformance/growth.svg`;
//! - `… -- wide` runs the plan in ever more parts, and prints what the longest of them takes;
//! - `… -- path NAME TIMES` does the work of one hot path so often, for `.ci/third-party instructions`;
//!   without NAME and TIMES it lists the paths.

mod bare;
mod canned;
mod growth;
mod paths;
mod picture;
mod sample;
mod service;
mod table;
mod wide;

use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cost: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(words: &[&str]) -> Result<(), Box<dyn Error>> {
    match words {
        [] if std::env::args().any(|argument| argument == "--bench") => table::print(),
        // `cargo test --benches` asks for one round to see that it works.
        [] => paths::PATHS.iter().try_for_each(|(_, count)| count(1)),
        ["growth"] => growth::draw(),
        ["wide"] => wide::print(),
        ["sequences", count] => {
            growth::sequences(count.parse().map_err(|error| format!("`{count}` is not how many: {error}"))?)
        }
        ["path"] => {
            for (name, _) in paths::PATHS {
                println!("{name}");
            }
            Ok(())
        }
        ["path", name, times] => {
            let path = paths::PATHS.iter().find(|(known, _)| known == name);
            let (_, count) = path.ok_or_else(|| format!("no path is called `{name}`; `path` lists them"))?;
            let times = times.parse().map_err(|error| format!("`{times}` is not how often: {error}"))?;
            count(times)
        }
        _ => Err(format!("`{}` is none of: growth, wide, path, path NAME TIMES", words.join(" ")).into()),
    }
}
