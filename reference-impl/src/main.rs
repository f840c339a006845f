//! The program `signer-reference`: a local AWS Signer.

use clap::Parser as _;
use std::io::Write as _;
use std::process::ExitCode;

/// A local AWS Signer: the reference implementation.
///
/// Exit codes: 0 it was asked to end and has finished what was in flight, 1 it was asked twice, 2 wrong usage
/// or configuration.
#[derive(Debug, clap::Parser)]
#[command(name = "signer-reference", version)]
struct Program {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    args: signer_reference::cli::Args,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Asks a server how it does: exit code 0 if it is well, 1 if not.
    Health(signer_reference::HealthArgs),
}

fn main() -> ExitCode {
    let program = Program::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("error: cannot start: {error}"));
            return ExitCode::from(2);
        }
    };
    let code = runtime.block_on(run(&program));
    signer_reference::cli::end(runtime);
    code
}

async fn run(program: &Program) -> ExitCode {
    let outcome = match &program.command {
        Some(Command::Health(args)) => match args.run().await {
            Ok(body) => {
                let told = writeln!(std::io::stdout(), "{body}");
                return told.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
            }
            Err(error) => {
                complain(&format!("{error:#}"));
                return ExitCode::FAILURE;
            }
        },
        None => program.args.run().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// An unwritable standard error has no place to be reported.
fn complain(what: &str) {
    let _ =
        writeln!(std::io::stderr(), "{}", signer_reference::visible(what, signer_reference::LogFormat::Text));
}
