//! Gives the inputs that libFuzzer makes to one target, which the variable `FUZZ_TARGET` names, after the one
//! in `FUZZ_FIRST`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signer_conformance_fuzz::TARGETS;
use std::sync::LazyLock;

static CHECK: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let known = TARGETS.map(|(name, _)| name).join(", ");
    let target = TARGETS.iter().find(|(name, _)| *name == wanted);
    target.unwrap_or_else(|| panic!("FUZZ_TARGET is {wanted:?}; it names one of {known}")).1
});

fuzz_target!(
    // What a process makes once is made before the time of an input is taken.
    init: CHECK(&std::env::var_os("FUZZ_FIRST").and_then(|path| std::fs::read(path).ok()).unwrap_or_default()),
    |data: &[u8]| CHECK(data)
);
