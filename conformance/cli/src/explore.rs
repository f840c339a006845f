//! `explore`: a scope of the model in a browser.

use std::net::SocketAddr;
use std::process::ExitCode;

use signer_explorer::{ExploreError, serve};

use crate::{Failure, show};

/// The options of `explore`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The scope to walk through.
    #[arg(long, value_name = "NAME", default_value = "profiles")]
    scope: String,
    /// Where to listen.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    show::out(&format!("the scope {} on http://{}\n", args.scope, args.listen))?;
    let (scope, listen) = (args.scope.clone(), args.listen);
    // The Explorer brings a runtime of its own, which must not be started inside ours.
    let served = std::thread::spawn(move || serve(&scope, listen)).join();
    match served {
        Ok(Ok(())) => Ok(ExitCode::SUCCESS),
        Ok(Err(error @ ExploreError::UnknownScope { .. })) => Err(Failure::option("--scope", error)),
        Ok(Err(error @ ExploreError::Address { .. })) => Err(Failure::option("--listen", error)),
        Err(_) => Err(Failure::Inconclusive("the explorer ended in an error of ours".to_owned())),
    }
}
