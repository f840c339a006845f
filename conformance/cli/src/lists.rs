//! `requirements`, `faults` and `plan`: lists, printed.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde_json::{Value, json};
use signer_conformance::plan as programs;
use signer_reference::{DISTURBANCES, FAULTS, FREEDOMS};
use signer_schemas::{Edition, Requirement, requirement, requirements as ledger};

use crate::certify;
use crate::failure::Failure;
use crate::selection::check_filters;
use crate::show;

/// The options of `requirements`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RequirementsArgs {
    /// Only those of this edition: current or 2019-05-22.
    #[arg(long, value_parser = edition)]
    edition: Option<Edition>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// The options of `faults`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct FaultsArgs {
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn requirements(args: &RequirementsArgs) -> Result<ExitCode, Failure> {
    let rows: Vec<&Requirement> =
        ledger().iter().filter(|row| args.edition.is_none_or(|edition| row.is_in(edition))).collect();
    if args.json {
        let text = serde_json::to_string_pretty(&rows).map_err(|error| {
            Failure::Inconclusive(format!("the rules cannot be written as JSON: {error}"))
        })?;
        show::out(&format!("{text}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    for row in &rows {
        let _ = writeln!(out, "{} ({})\n  {}", row.id, row.basis.id(), row.statement);
        if let Some(question) = &row.question {
            let _ = writeln!(out, "  open: {question} Admitted: {}.", row.admits.join(", "));
        }
        if let Some(because) = &row.untestable_because {
            let _ = writeln!(out, "  not testable: {because}");
        }
        let _ = writeln!(out, "  source: {}", row.source);
    }
    let testable = rows.iter().filter(|row| row.testable).count();
    let _ = writeln!(out, "{} requirements, {testable} testable", rows.len());
    show::out(&out)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn faults(args: &FaultsArgs) -> Result<ExitCode, Failure> {
    if args.json {
        let rows: Vec<Value> = FAULTS
            .iter()
            .map(|fault| {
                json!({
                    "id": fault.id,
                    "title": fault.title,
                    "category": format!("{:?}", fault.category).to_lowercase(),
                    "editions": fault.editions.iter().map(|edition| edition.id()).collect::<Vec<_>>(),
                    "requirement": fault.requirement,
                })
            })
            .collect();
        show::out(&format!("{:#}\n", Value::from(rows)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    for fault in FAULTS {
        let _ = writeln!(out, "{:<32} {} [{}]", fault.id, fault.title, fault.requirement);
    }
    let _ = writeln!(out, "{} faults; `serve --fault ID` makes the mistake\n", FAULTS.len());
    for freedom in FREEDOMS {
        let question = requirement(freedom.id).and_then(|row| row.question.as_deref()).unwrap_or_default();
        let _ = writeln!(out, "{}\n  {question} {}", freedom.id, freedom.choices.join(" | "));
    }
    let _ = writeln!(
        out,
        "{} freedoms; `serve --freedom ID=CHOICE` chooses, the first choice is the default\n",
        FREEDOMS.len()
    );
    for row in DISTURBANCES {
        let _ = writeln!(out, "{:<32} {}", row.id, row.title);
    }
    let _ = writeln!(
        out,
        "{} disturbances; `serve --disturb ID=PROBABILITY,…` makes them happen, --latency TIME[..TIME] \
         delays, --rate-limit OPERATION=N/s throttles",
        DISTURBANCES.len()
    );
    show::out(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// The names by which a test runner knows the cases before the target is there.
pub(crate) fn plan(args: &certify::Args) -> Result<ExitCode, Failure> {
    let options = args.options()?;
    let programs = programs(&options);
    check_filters(&options, &programs)?;
    let names = programs.iter().fold(String::new(), |names, program| names + &program.name + "\n");
    show::out(&names)?;
    Ok(ExitCode::SUCCESS)
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::from_id(text).ok_or_else(|| format!("there are {}", Edition::ALL.map(Edition::id).join(" and ")))
}
