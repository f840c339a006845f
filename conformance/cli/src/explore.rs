//! `explore`: a scope of the model in a browser.
//!
//! The Explorer that comes with stateright answers whoever finds its port, and a page of any origin finds a port of the machine
//! that shows it. So it listens where nobody knows, and what a browser is told to ask is [`front`], which looks at where a request
//! comes from.

mod front;
mod hidden;

use std::net::SocketAddr;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::show;
use front::Front;

/// The options of `explore`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The scope to walk through.
    #[arg(long, value_name = "NAME", default_value = "profiles")]
    scope: String,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:3000")]
    listen: String,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let explorer = hidden::start(&args.scope).await?;
    let listener = signer_reference::cli::bind(&args.listen).await.map_err(|error| Failure::Usage(error.to_string()))?;
    let broken = |error: std::io::Error| Failure::Inconclusive(format!("the explorer ended: {error}"));
    let listening: SocketAddr = listener.local_addr().map_err(broken)?;
    show::out(&format!("listening on http://{listening}\nthe scope {}\n", args.scope))?;
    let named = args.listen.rsplit_once(':').map_or(args.listen.as_str(), |(host, _)| host);
    let front = Front { explorer, named: named.to_ascii_lowercase() };
    axum::serve(listener, front.router()).await.map_err(broken)?;
    Ok(ExitCode::SUCCESS)
}
