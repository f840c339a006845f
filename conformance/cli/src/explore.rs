//! `explore`: the model in a browser, beside a service that is asked the same.

mod services;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use signer_explorer::{ExploreError, Explorer, Settings};

use crate::connection::Connection;
use crate::explore::services::Services;
use crate::failure::Failure;
use crate::show;
use crate::threads::threads;

/// The options of `explore`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The scope to begin with; a page lists them all.
    #[arg(long, value_name = "NAME", default_value = "profiles")]
    scope: String,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:3000")]
    listen: String,
    /// A counterexample, a program or a regression to begin with, instead of a scope.
    #[arg(long, value_name = "FILE")]
    open: Option<PathBuf>,
    /// Lays the report of a certified target over the model. The folder is what `certify --out` wrote.
    #[arg(long, value_name = "NAME=FOLDER", num_args = 1.., value_parser = report)]
    report: Vec<(String, PathBuf)>,
    /// At most so many requests to the endpoint, of all traces together.
    #[arg(long, value_name = "N")]
    max_calls: Option<u64>,
    /// Threads of a search; as many as there are cores unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.connection.agreed()?;
    let services = Services::new(&args.connection, args.max_calls).await?;
    let host = args.listen.rsplit_once(':').map_or(args.listen.as_str(), |(host, _)| host).to_owned();
    let settings = Settings {
        scope: Some(args.scope.clone()),
        host,
        targets: Arc::new(services),
        reports: args.report.clone(),
        open: args.open.clone(),
        threads: threads(args.threads),
    };
    let explorer = Explorer::new(settings).map_err(|error| {
        let option = match error {
            ExploreError::UnknownScope { .. } => "--scope",
            ExploreError::Report { .. } => "--report",
            ExploreError::File { .. } => "--open",
        };
        Failure::option(option, error)
    })?;
    let listener =
        signer_reference::cli::bind(&args.listen).await.map_err(|error| Failure::Usage(error.to_string()))?;
    let broken = |error: std::io::Error| Failure::Inconclusive(format!("the explorer ended: {error}"));
    let listening: SocketAddr = listener.local_addr().map_err(broken)?;
    show::out(&format!(
        "listening on http://{listening}\nbegin at http://{listening}{}\n",
        explorer.first()
    ))?;
    if !listening.ip().is_loopback() {
        show::err("warning: whoever reaches this address can use the explorer, and ask what it may ask\n");
    }
    axum::serve(listener, explorer.router()).await.map_err(broken)?;
    Ok(ExitCode::SUCCESS)
}

/// `NAME=FOLDER`.
fn report(text: &str) -> Result<(String, PathBuf), String> {
    let plain = |name: &str| {
        !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one))
    };
    match text.split_once('=') {
        Some((name, folder)) if plain(name) && !folder.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(folder)))
        }
        _ => Err("write NAME=FOLDER; a name has letters, digits, hyphens, dots".to_owned()),
    }
}
