//! The program `signer-conformance`.

use std::process::ExitCode;

fn main() -> ExitCode {
    signer_conformance_cli::main()
}
