//! A trace as a file for others: a program, a regression, scripts for other clients, a diagram, a trace for
//! other checkers.

mod itf;
mod mermaid;

use signer_conformance::report::{FindingRow, Regression, Scripts};
use signer_conformance::visible::json_pretty;
use signer_conformance::{Departure, Detector, Finding, Program, Replay, Root, Trials};
use signer_schemas::{Basis, Operation};

use crate::live::run;
use crate::live::targets::{Target, Targets};
use crate::opened::Opened;
use crate::position::Position;
use crate::program::program;
use crate::steps::By;

/// What a trace can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A program for `replay`.
    Program,
    /// A regression for `cargo test`.
    Regression,
    /// A script for a shell with curl.
    Curl,
    /// A script for a shell with the AWS CLI.
    AwsCli,
    /// A program for `aws-sdk-signer`.
    Rust,
    /// A sequence diagram.
    Mermaid,
    /// The Informal Trace Format of TLA+ tools.
    Itf,
}

impl Form {
    /// All of them.
    pub(crate) const ALL: [Self; 7] =
        [Self::Program, Self::Regression, Self::Curl, Self::AwsCli, Self::Rust, Self::Mermaid, Self::Itf];

    /// The end of the file's name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Program => "json",
            Self::Regression => "regression.json",
            Self::Curl => "sh",
            Self::AwsCli => "aws.sh",
            Self::Rust => "rs",
            Self::Mermaid => "mmd",
            Self::Itf => "itf.json",
        }
    }

    /// What it is, on pages.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Regression => "regression",
            Self::Curl => "curl",
            Self::AwsCli => "AWS CLI",
            Self::Rust => "Rust",
            Self::Mermaid => "Mermaid",
            Self::Itf => "ITF",
        }
    }

    /// The type of the file.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Program | Self::Regression | Self::Itf => "application/json",
            Self::Curl | Self::AwsCli | Self::Rust | Self::Mermaid => "text/plain; charset=utf-8",
        }
    }
}

/// The trace up to where one stands, as a file.
pub(crate) async fn export(
    form: Form,
    position: &Position,
    opened: Option<&Opened>,
    targets: &dyn Targets,
) -> Result<String, String> {
    let program = opened.map_or_else(|| program(position, position.at), |opened| opened.program.clone());
    let wrong = |error: serde_json::Error| format!("it cannot be written: {error}");
    let text = match form {
        Form::Program => json_pretty(&program).map_err(wrong)?,
        Form::Regression => {
            let departure = opened.and_then(|opened| opened.departure.as_ref());
            let requirement = departure.map(|departure| departure.requirement.clone());
            let operation = departure.map(|departure| departure.operation);
            let basis = requirement.as_deref().and_then(signer_schemas::requirement).map(|row| row.basis);
            json_pretty(&Regression { requirement, basis, operation, program }).map_err(wrong)?
        }
        Form::Mermaid => mermaid::diagram(position),
        Form::Itf => json_pretty(&itf::trace(position)).map_err(wrong)?,
        Form::Curl | Form::AwsCli | Form::Rust => {
            let scripts = scripts(position, &program, targets).await?;
            match form {
                Form::Curl => scripts.curl,
                Form::AwsCli => scripts.aws_cli,
                _ => scripts.rust,
            }
        }
    };
    Ok(text.trim_end().to_owned() + "\n")
}

/// Scripts of a program: the requests are those that the reference implementation was sent.
async fn scripts(position: &Position, program: &Program, targets: &dyn Targets) -> Result<Scripts, String> {
    if program.steps.is_empty() {
        return Err("the trace has no step yet, so there is nothing to send".to_owned());
    }
    let target = Target::Reference;
    let prefix = targets.options(&target, program.edition).prefix;
    let replayed = run(targets, &target, program).await?;
    let root = root(position, program, &replayed, prefix);
    Ok(Scripts::new(&row(&root), &root, &replayed.target))
}

/// The last step as if it were a finding, which the exporters write about.
fn root(position: &Position, program: &Program, replayed: &Replay, prefix: String) -> Root {
    let last = position.last();
    let operation = match last.map(|step| step.by) {
        Some(By::Call(call)) => call.request.operation(),
        Some(By::Ends(..) | By::Settles(_)) | None => Operation::DescribeSigningJob,
    };
    // A job that ends rests on no rule of its own, nor does what a rule gives that is wrong on purpose.
    let rule = position.steps.iter().take(position.at).rev().find_map(|step| step.rule);
    let permitted = last.and_then(|step| step.reply).map(|reply| reply.to_string());
    let mut answers = replayed.result.answers.iter().rev().filter_map(|answer| answer.reply);
    let observed =
        answers.next().map(|reply| format!("{reply}, from the reference implementation")).unwrap_or_default();
    let departure = Departure {
        requirement: rule.map_or("common/status-200", |rule| rule.id).into(),
        basis: rule.map_or(Basis::Documented, |rule| rule.basis),
        operation,
        by: Detector::Model,
        crashed_by: None,
        summary: format!("A walk through the scope {} of the model.", position.subject.name),
        permitted: permitted.into_iter().collect(),
        observed,
    };
    Root {
        finding: Finding {
            departure,
            step: program.steps.len().saturating_sub(1),
            exchange: replayed.exchanges.len().saturating_sub(1),
        },
        case: program.name.clone(),
        cases: 1,
        program: program.clone(),
        reproduced: Trials::new(1, 1),
        on_fresh: Some(true),
        exchanges: replayed.exchanges.iter().map(|sent| sent.exchange.as_ref().clone()).collect(),
        answers: replayed.result.answers.clone(),
        prefix,
    }
}

fn row(root: &Root) -> FindingRow {
    let Finding { departure, step, .. } = root.finding.clone();
    let Departure { requirement, basis, operation, by, crashed_by, summary, permitted, observed } = departure;
    FindingRow {
        id: "Walk".to_owned(),
        crashed_by,
        requirement,
        basis,
        operation,
        operations: vec![operation],
        by,
        counts: false,
        known: None,
        summary,
        statement: String::new(),
        source: String::new(),
        permitted,
        observed,
        called: Vec::new(),
        step,
        before: Vec::new(),
        alternatives: Vec::new(),
        effects: Vec::new(),
        calls: root.program.steps.len(),
        reproduced: Trials::new(1, 1),
        flaky: false,
        on_fresh: Some(true),
        cause: None,
        theme: None,
        sent: None,
        sent_before: 0,
        as_if_without: None,
        case: root.case.clone(),
        cases: 1,
        counterexample: String::new(),
    }
}
