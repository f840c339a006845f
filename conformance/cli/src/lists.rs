//! `requirements` and `faults`: the ledgers, printed.

use std::process::ExitCode;

use serde_json::{Value, json};
use signer_reference::FAULTS;
use signer_schemas::{Edition, Requirement, requirements as ledger};

use crate::{Failure, show};

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
        ledger().iter().filter(|row| args.edition.is_none_or(|edition| row.editions.contains(&edition))).collect();
    if args.json {
        let text = serde_json::to_string_pretty(&rows)
            .map_err(|error| Failure::Inconclusive(format!("the rules cannot be written as JSON: {error}")))?;
        show::out(&format!("{text}\n"));
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    for row in &rows {
        out.push_str(&format!("{} ({})\n  {}\n", row.id, row.basis.id(), row.statement));
        if let Some(question) = &row.question {
            out.push_str(&format!("  open: {question} Admitted: {}.\n", row.admits.join(", ")));
        }
        if let Some(because) = &row.untestable_because {
            out.push_str(&format!("  not testable: {because}\n"));
        }
        out.push_str(&format!("  source: {}\n", row.source));
    }
    let testable = rows.iter().filter(|row| row.testable).count();
    out.push_str(&format!("{} requirements, {testable} testable\n", rows.len()));
    show::out(&out);
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
        show::out(&format!("{:#}\n", Value::from(rows)));
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    for fault in FAULTS {
        out.push_str(&format!("{:<32} {} [{}]\n", fault.id, fault.title, fault.requirement));
    }
    out.push_str(&format!("{} faults; `serve --fault ID` makes the mistake\n", FAULTS.len()));
    show::out(&out);
    Ok(ExitCode::SUCCESS)
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::from_id(text).ok_or_else(|| format!("there are {}", Edition::ALL.map(Edition::id).join(" and ")))
}
