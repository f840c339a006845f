//! Replay files: programs, counterexamples, kept regressions.

use crate::asked::Asked;
use crate::scratch::Folder;
use signer_conformance::report::Regression;
use signer_conformance::{Program, Step, Verdict};
use std::cell::RefCell;

/// Longer programs are not run.
const MOST_STEPS: usize = 8;
/// More concurrent calls than this have too many orders to try.
const MOST_AT_ONCE: usize = 3;

thread_local! {
    static FOLDER: Folder = Folder::new("program");
    static SERVERS: RefCell<[Option<Asked>; 2]> = const { RefCell::new([None, None]) };
}

/// A file is refused with a reason, or its program can be kept, and runs to its end. What the model alone
/// judges finds nothing against the reference implementation.
pub fn check(data: &[u8]) {
    let path = FOLDER.with(|folder| folder.put("program.json", data));
    let regression = match Regression::read(&path) {
        Ok(regression) => regression,
        Err(error) => return assert!(!error.what.is_empty(), "a reason is given"),
    };
    let kept = serde_json::to_string(&regression)
        .unwrap_or_else(|error| panic!("what was read is written: {error}"));
    let again = FOLDER.with(|folder| Regression::read(&folder.put("kept.json", kept)));
    assert_eq!(again.as_ref(), Ok(&regression), "what was kept is what was read");
    let program = &regression.program;
    if program.steps.len() <= MOST_STEPS
        && program.steps.iter().all(|step| step.calls().len() <= MOST_AT_ONCE)
    {
        run(program);
    }
}

fn run(program: &Program) {
    SERVERS.with_borrow_mut(|servers| {
        let asked = Asked::among(servers, program.edition);
        let (result, _) = asked.run(program, None);
        let by_the_model = |step: &Step| matches!(step, Step::Call(_) | Step::Settle(_) | Step::Together(_));
        if program.steps.iter().all(by_the_model) {
            assert_eq!(result.findings, [], "nothing is found");
            assert_ne!(result.verdict, Verdict::Error, "{:?}", result.reason);
        }
    });
}
