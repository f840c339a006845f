//! The program `signer-reference`: a local AWS Signer.

use clap::Parser as _;

/// A local AWS Signer: the reference implementation.
#[derive(Debug, clap::Parser)]
#[command(name = "signer-reference", version)]
struct Program {
    #[command(flatten)]
    args: signer_reference::cli::Args,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Program::parse().args.run().await
}
