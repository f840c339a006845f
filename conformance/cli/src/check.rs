//! `check`: every state of the model's scopes.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};
use signer_conformance::report::Tone;
use signer_model::{PropertyKind, ScopeReport, scopes};

use crate::show;

/// The options of `check`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Checks only these scopes.
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = scope)]
    scope: Vec<String>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let chosen =
        if args.scope.is_empty() { scopes() } else { args.scope.iter().filter_map(|name| signer_model::scope(name)).collect() };
    let mut holds = true;
    let mut rows = Vec::new();
    for scope in chosen {
        let begin = Instant::now();
        let report = signer_model::check(&scope);
        let seconds = begin.elapsed().as_secs_f64();
        holds &= report.holds();
        if args.json {
            rows.push(as_json(&report, seconds));
        } else {
            show::out(&as_text(&report, seconds));
        }
    }
    if args.json {
        show::out(&format!("{:#}\n", json!({ "scopes": rows })));
    }
    ExitCode::from(u8::from(!holds))
}

fn as_text(report: &ScopeReport, seconds: f64) -> String {
    let paint = show::paint();
    let title = paint(Tone::Strong, report.scope);
    let mut out =
        format!("{title}: {} states, {} steps, depth {}, {seconds:.2} s\n", report.unique, report.generated, report.depth);
    for property in &report.properties {
        let verdict = if property.holds { paint(Tone::Good, "holds") } else { paint(Tone::Bad, "FAILS") };
        let _ = writeln!(out, "  {verdict} {:<9} {} [{}]", property.kind.id(), property.name, property.requirement);
        // A counterexample is what one wants to see; that something can be reached is shown by an example.
        let shown = property.witness.iter().flatten().enumerate();
        if !property.holds || property.kind == PropertyKind::Sometimes {
            for (index, step) in shown {
                let _ = writeln!(out, "          {}. {step}", index + 1);
            }
        }
    }
    out
}

fn as_json(report: &ScopeReport, seconds: f64) -> Value {
    let properties: Vec<Value> = report
        .properties
        .iter()
        .map(|property| {
            json!({
                "name": property.name,
                "kind": property.kind.id(),
                "requirement": property.requirement,
                "holds": property.holds,
                "witness": property.witness,
            })
        })
        .collect();
    json!({
        "scope": report.scope,
        "unique": report.unique,
        "generated": report.generated,
        "depth": report.depth,
        "seconds": seconds,
        "properties": properties,
    })
}

/// The name of a scope, or what names there are.
pub(crate) fn scope(text: &str) -> Result<String, String> {
    match signer_model::scope(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "there are {}; and upsert, which must fail",
            scopes().iter().map(|scope| scope.name).collect::<Vec<_>>().join(", ")
        )),
    }
}
