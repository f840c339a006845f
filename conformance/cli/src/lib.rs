//! What joins judge and witness: the program `signer-conformance`, and the embedded reference implementation.
//!
//! One module for each command. A command gives its exit code, or a [`Failure`] that says what to do about
//! it.

mod arguments;
pub mod certify;
pub mod check;
mod compare;
pub mod connection;
mod doctor;
pub mod embedded;
mod explore;
mod failure;
mod interrupt;
mod judge;
mod lists;
mod merge;
mod openapi;
mod progress;
mod replay;
mod report;
mod selection;
pub mod show;
mod step;
mod threads;
mod values;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

pub use failure::Failure;

/// Certifies endpoints of the AWS Signer API.
///
/// Exit codes: 0 conforms, 1 does not conform, 2 wrong usage or configuration, 3 inconclusive (endpoint
/// unreachable, budget spent too early, or an error of ours).
#[derive(Debug, clap::Parser)]
#[command(name = "signer-conformance", version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Certifies an endpoint; without --endpoint, the reference implementation, over HTTP, inside this
    /// process.
    Certify(Box<certify::Args>),
    /// Prints the names of the cases that `certify` runs with the same options, and asks nothing.
    Plan(Box<certify::Args>),
    /// Says what is wrong with an endpoint before a run, and what to do about it.
    Doctor(Box<doctor::Args>),
    /// Runs a counterexample again and says what each step gives.
    Replay(Box<replay::Args>),
    /// Derives every verdict again from a run's log, offline, and compares it with the report.
    Verify(verify::Args),
    /// Judges recorded traffic: an HTTP Archive, or one exchange a line.
    Judge(judge::Args),
    /// Puts several reports side by side: operations, requirements, open points.
    Compare(compare::Args),
    /// Prints a report again, one finding of it in full, or that finding as an issue for another project's
    /// tracker.
    Report(report::Args),
    /// Joins the reports of the shards of one plan into the report of the whole.
    Merge(merge::Args),
    /// Visits every state of the model's scopes and checks its properties.
    Check(check::Args),
    /// Drives the reference implementation beside the model through every edge of each scope.
    Step(step::Args),
    /// Shows a scope of the model in a browser: its states, the calls between them, its properties.
    Explore(Box<explore::Args>),
    /// Serves the reference implementation.
    Serve(Box<signer_reference::cli::Args>),
    /// Prints the rules of the API, each with basis and source.
    Requirements(lists::RequirementsArgs),
    /// Prints an edition of the API as an `OpenAPI` 3.1 document.
    Openapi(openapi::Args),
    /// Prints the deliberate mistakes that the reference implementation can make.
    Faults(lists::FaultsArgs),
}

/// The command line of the program, for whatever wants to know it without running it.
pub fn command() -> clap::Command {
    <Program as clap::CommandFactory>::command()
}

/// Runs the program.
pub fn main() -> ExitCode {
    let program: Program = match arguments::parse(std::env::args_os()) {
        Ok(program) => program,
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return show::failure(&Failure::Inconclusive(format!("cannot start: {error}"))),
    };
    let outcome = runtime.block_on(async {
        match program.command {
            Command::Certify(args) => certify::run(&args).await,
            Command::Plan(args) => lists::plan(&args),
            Command::Doctor(args) => doctor::run(&args).await,
            Command::Replay(args) => replay::run(&args).await,
            Command::Verify(args) => verify::run(&args).await,
            Command::Judge(args) => judge::run(&args),
            Command::Compare(args) => compare::run(&args).await,
            Command::Report(args) => report::run(&args),
            Command::Merge(args) => merge::run(&args).await,
            Command::Check(args) => check::run(&args),
            Command::Step(args) => step::run(&args),
            Command::Explore(args) => explore::run(&args).await,
            Command::Serve(args) => match args.run().await {
                Ok(()) => Ok(ExitCode::SUCCESS),
                Err(error) => Err(Failure::Usage(format!("{error:#}"))),
            },
            Command::Requirements(args) => lists::requirements(&args),
            Command::Openapi(args) => openapi::run(&args),
            Command::Faults(args) => lists::faults(&args),
        }
    });
    signer_reference::cli::end(runtime);
    outcome.unwrap_or_else(|failure| show::failure(&failure))
}
