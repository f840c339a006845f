//! Which part of the plan `certify` is asked for, as the command line has it.

use std::path::Path;

use signer_conformance::{Depth, Program, Report, RunOptions, SUITES, Times, plan};

use crate::failure::Failure;

/// How long cases took in the report in that folder.
pub(crate) fn times(folder: &Path) -> Result<Times, Failure> {
    let report = Report::read(folder).map_err(|error| Failure::option("--times", error))?;
    let times = report.times();
    if times.is_empty() {
        let what = format!("in the report in {} no case was run", folder.display());
        return Err(Failure::option("--times", what));
    }
    Ok(times)
}

pub(crate) fn depth(text: &str) -> Result<Depth, String> {
    match text {
        "quick" => Ok(Depth::Quick),
        "full" => Ok(Depth::Full),
        _ => Err("there are quick and full".to_owned()),
    }
}

pub(crate) fn suite(text: &str) -> Result<String, String> {
    let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
    if names.contains(&text) { Ok(text.to_owned()) } else { Err(format!("there are {}", names.join(", "))) }
}

/// `1/4` is the first of four, which the plan counts from 0.
pub(crate) fn shard(text: &str) -> Result<(u32, u32), String> {
    let parsed =
        text.split_once('/').and_then(|(k, n)| Some((k.parse::<u32>().ok()?, n.parse::<u32>().ok()?)));
    match parsed {
        Some((k, n)) if (1..=n).contains(&k) => Ok((k - 1, n)),
        _ => Err("write K/N with K from 1 to N, such as 1/4".to_owned()),
    }
}

/// A filter that leaves nothing, or leaves nothing out, is a mistake.
pub(crate) fn check_filters(options: &RunOptions, programs: &[Program]) -> Result<(), Failure> {
    let mut names = Vec::new();
    if !(options.only.is_empty() && options.skip.is_empty()) {
        let whole = RunOptions { only: Vec::new(), skip: Vec::new(), shard: None, ..options.clone() };
        names.extend(plan(&whole).into_iter().map(|program| program.name));
    }
    for (option, texts) in [("--case", &options.only), ("--skip", &options.skip)] {
        if let Some(text) = texts.iter().find(|text| !names.iter().any(|name| name.contains(text.as_str()))) {
            return Err(Failure::option(option, format!("no case's name contains {text:?}")));
        }
    }
    if programs.is_empty() {
        return Err(Failure::Usage(
            "--depth, --suite, --case, --skip and --shard together leave no case to run".to_owned(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::shard;

    #[test]
    fn shards_count_from_one() {
        assert_eq!(shard("1/4"), Ok((0, 4)));
        assert_eq!(shard("4/4"), Ok((3, 4)));
        for wrong in ["0/4", "5/4", "4", "1/0", "a/b", "-1/4"] {
            assert!(shard(wrong).is_err(), "{wrong:?} is taken for a shard");
        }
    }
}
