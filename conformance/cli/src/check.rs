//! `check`: every state of the model's scopes, what holds in them, and what the documents leave open.

pub mod checked;
mod dump;
pub mod open;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};
use signer_conformance::report::{Tone, Toned};
use signer_model::{
    Admission, CallSteps, CheckOptions, PropertyKind, PropertyReport, Rule, Scope, check_with, mutants,
    scopes,
};

use crate::check::checked::{Checked, told, write_steps};
use crate::check::dump::{Form, dump};
use crate::check::open::{ambiguity_json, nearest_ambiguities, open_text};
use crate::failure::Failure;
use crate::progress::Line;
use crate::show;
use crate::threads::threads;

/// The options of `check`.
#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
pub(crate) struct Args {
    /// Checks only these scopes. `wide` (ten million states) and the mutants, which must fail, are checked
    /// only when named.
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = named)]
    scope: Vec<String>,
    /// Threads; as many as there are cores unless given. The report is the same on any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Visits one state of those that differ only in the names of interchangeable profiles and jobs.
    #[arg(long)]
    symmetry: bool,
    /// Lists every point where the documents admit more than one outcome, with the shortest way there.
    #[arg(long)]
    open: bool,
    /// Lists for each requirement that the model embodies the shortest way to see it at work.
    #[arg(long)]
    witnesses: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    /// Checks nothing, and prints every state of one scope and every step between them.
    #[arg(long, value_name = "FORM", conflicts_with_all = ["open", "witnesses", "json", "symmetry", "threads"])]
    dump: Option<Form>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    if let Some(form) = args.dump {
        let [name] = args.scope.as_slice() else {
            return Err(Failure::option("--dump", "name one scope with --scope"));
        };
        let (_, scope) =
            find(name).ok_or_else(|| Failure::option("--scope", format!("there is no scope {name:?}")))?;
        return dump(&scope, form).map(|()| ExitCode::SUCCESS);
    }
    let chosen = if args.scope.is_empty() {
        scopes().into_iter().map(|scope| (scope.name, scope)).collect()
    } else {
        args.scope.iter().filter_map(|name| find(name)).collect::<Vec<_>>()
    };
    let options = CheckOptions { threads: threads(args.threads), symmetry: args.symmetry };
    let lists = args.open || args.witnesses;
    let mut checked = Vec::new();
    for (name, scope) in chosen {
        let begin = Instant::now();
        let line = Line::new();
        let report = check_with(&scope, options, |search| {
            line.tell(|| {
                format!("{name}: {} states met, {} to do", search.states, search.states - search.expanded)
            });
        });
        drop(line);
        let one = Checked { name, scope, report, seconds: begin.elapsed().as_secs_f64() };
        if !args.json && (!lists || !one.report.holds()) {
            show::out(as_text(&one, !args.scope.is_empty()))?;
        }
        checked.push(one);
    }
    if args.json {
        show::out(&format!("{:#}\n", as_json(&checked, args)))?;
    } else {
        if args.open {
            show::out(open_text(&checked))?;
        }
        if args.witnesses {
            show::out(&witnesses_text(&checked))?;
        }
    }
    Ok(ExitCode::from(u8::from(!checked.iter().all(|one| one.report.holds()))))
}

/// A scope in text: its size, and, in detail or where one fails, its properties.
fn as_text(checked: &Checked, detailed: bool) -> Toned {
    let Checked { name, report, seconds, .. } = checked;
    let speed = f64::from(u32::try_from(report.generated).unwrap_or(u32::MAX)) / seconds / 1e6;
    let mut out = Toned::default();
    out.toned(Tone::Strong, name);
    let _ = writeln!(
        out,
        ": {} states, {} steps, depth {}, {seconds:.2} s ({speed:.1} million steps a second)",
        report.unique, report.generated, report.depth
    );
    let shown = |property: &&PropertyReport| detailed || !property.holds;
    for property in report.properties.iter().filter(shown) {
        let _ = write!(out, "  ");
        if property.holds {
            out.toned(Tone::Good, "holds");
        } else {
            out.toned(Tone::Bad, "FAILS");
        }
        let _ = writeln!(out, " {:<10} {} [{}]", property.kind.id(), property.name, property.requirement);
        // A counterexample is what one wants to see; that something can be reached is shown by an example.
        if !property.holds || property.kind == PropertyKind::Sometimes {
            write_steps(&mut out, property.witness.as_deref().unwrap_or_default());
            if !property.lasso.is_empty() {
                let _ = writeln!(out, "          and then for ever: {}", told(&property.lasso).join("; "));
            }
        }
    }
    let open = report.ambiguities.iter().filter(|ambiguity| ambiguity.open).count();
    let (holding, all) =
        (report.properties.iter().filter(|property| property.holds).count(), report.properties.len());
    let work = report.witnesses.len();
    let _ = writeln!(
        out,
        "  {holding} of {all} properties hold, {work} requirements at work, {open} points left open"
    );
    out
}

/// The requirements at work: each once, with the shortest way of all scopes to an answer that it admits.
pub fn witnesses_text(checked: &[Checked]) -> String {
    let mut nearest = BTreeMap::<Rule, (&Checked, &signer_model::Witness)>::new();
    for one in checked {
        for witness in &one.report.witnesses {
            let known = nearest.entry(witness.rule).or_insert((one, witness));
            let effort = |witness: &signer_model::Witness| {
                (witness.admission == Admission::Contradicted, witness.path.len())
            };
            if effort(witness) < effort(known.1) {
                *known = (one, witness);
            }
        }
    }
    let mut out = String::new();
    for (rule, (one, witness)) in &nearest {
        let _ = writeln!(out, "{} ({}) in {}\n    {witness}", rule.id, rule.basis.id(), one.name);
    }
    let _ = writeln!(out, "{} requirements at work", nearest.len());
    out
}

fn as_json(checked: &[Checked], args: &Args) -> Value {
    let mut all = json!({ "scopes": checked.iter().map(scope_json).collect::<Vec<_>>() });
    if args.open {
        let open =
            nearest_ambiguities(checked).into_iter().map(|(one, ambiguity)| ambiguity_json(one, ambiguity));
        all["open"] = open.collect();
    }
    all
}

fn scope_json(one: &Checked) -> Value {
    let Checked { name, scope, report, seconds } = one;
    let witnesses = report.witnesses.iter().map(|witness| {
        json!({
            "requirement": witness.rule.id,
            "basis": witness.rule.basis.id(),
            "path": told(&witness.path),
            "call": witness.call.to_string(),
            "reply": witness.reply.to_string(),
            "admitted": witness.admission != Admission::Contradicted,
        })
    });
    let calls = report.calls.iter().map(|CallSteps { call, steps }| {
        json!({
            "operation": call.request.operation().name(),
            "call": call.to_string(),
            "steps": steps,
        })
    });
    json!({
        "scope": name,
        "edition": scope.edition.id(),
        "unique": report.unique,
        "generated": report.generated,
        "depth": report.depth,
        "calls": calls.collect::<Vec<_>>(),
        "ends": report.ends,
        "seconds": seconds,
        "properties": report.properties.iter().map(property_json).collect::<Vec<_>>(),
        "witnesses": witnesses.collect::<Vec<_>>(),
    })
}

fn property_json(property: &PropertyReport) -> Value {
    json!({
        "name": property.name,
        "kind": property.kind.id(),
        "requirement": property.requirement,
        "holds": property.holds,
        "witness": property.witness.as_deref().map(told),
        "lasso": told(&property.lasso),
    })
}

/// The scope or the mutant of that name.
fn find(name: &str) -> Option<(&'static str, Scope)> {
    let mutant =
        || mutants().into_iter().find(|mutant| mutant.name == name).map(|mutant| (mutant.name, mutant.scope));
    signer_model::scope(name).map(|scope| (scope.name, scope)).or_else(mutant)
}

fn named(text: &str) -> Result<String, String> {
    let known = || {
        let scopes = scopes().into_iter().map(|scope| scope.name).collect::<Vec<_>>().join(", ");
        let mutants = mutants().into_iter().map(|mutant| mutant.name).collect::<Vec<_>>().join(", ");
        format!("the scopes are {scopes}, wide; the mutants, which must fail, are {mutants}")
    };
    find(text).map(|_| text.to_owned()).ok_or_else(known)
}
