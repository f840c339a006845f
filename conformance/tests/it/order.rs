//! The order in which a run goes.

use signer_conformance::{RunOptions, plan};
use signer_schemas::Edition;

/// The scenes that leave what some services cannot show again.
const STRANGE: [&str; 2] = ["wire/strange-text", "wire/far-times"];

#[test]
fn what_leaves_strange_values_is_played_after_everything_that_could_read_them() {
    for (edition, strange) in [(Edition::Current, 2), (Edition::May2019, 1)] {
        let plan = plan(&RunOptions::new(edition, "last"));
        let names: Vec<&str> = plan.iter().map(|program| program.name.as_str()).collect();
        let (before, last) = names.split_at(names.len() - strange);
        assert!(last.iter().all(|name| STRANGE.contains(name)), "{edition}: {last:?}");
        assert!(!before.iter().any(|name| STRANGE.contains(name)), "{edition}");
    }
}
