//! The certification as tests, one for each case. In a project of your own this is `tests/signer.rs`, with
//! `harness = false` in its `[[test]]`:
//! `SIGNER_ENDPOINT=http://127.0.0.1:5000 cargo test --test signer -- smoke/`.

use libtest_mimic::Arguments;
use signer_conformance::testing;
use signer_schemas::Edition;

fn main() -> std::process::ExitCode {
    let url = std::env::var("SIGNER_ENDPOINT").unwrap_or_else(|_| "http://127.0.0.1:8770".to_owned());
    let open = async move || testing::at(&url).map_err(|error| error.to_string());
    let arguments = Arguments::from_args();
    let trials = testing::trials(&arguments, testing::options(Edition::Current), None, open);
    libtest_mimic::run(&arguments, trials).exit_code()
}
