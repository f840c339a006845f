//! Which case finds which seeded fault, what it sends for that, and which requirements it puts to the test.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use signer_conformance::{CaseResult, LIBRARY, Program, Runner, Step, comes_last, plan_by_suite, preflight};
use signer_conformance_cli::embedded::InProcess;
use signer_reference::FAULTS;
use signer_reference::faults::Fault;
use signer_schemas::{Edition, RequirementId};

use crate::kill_matrix::{may_show, options};
use crate::order::config;

/// So many cases are run on one reference: what many leave behind makes lists long.
const TOGETHER: usize = 60;

/// Of a fault that so many cases find, it is not asked which others do.
const ENOUGH: usize = 40;

/// What was tried.
pub(crate) struct Kills {
    /// Cases that find each fault, in the order of the faults: all of them, or a fair sample of many, with
    /// the first in the order of the suites.
    pub(crate) found_by: Vec<BTreeSet<String>>,
    /// What is known of each case that can be chosen.
    pub(crate) cases: BTreeMap<String, Case>,
}

/// A case on the reference as it should be.
pub(crate) struct Case {
    /// The requests that it sends while lists are short.
    pub(crate) requests: u32,
    /// The requirements that it puts to the test.
    pub(crate) exercised: BTreeSet<RequirementId>,
    /// Whether it was written by hand.
    pub(crate) is_scene: bool,
}

impl Kills {
    /// What was tried, and what each case does on the reference as it should be.
    pub(crate) async fn new(found_by: Vec<BTreeSet<String>>) -> Self {
        let mut cases = BTreeMap::new();
        for edition in Edition::ALL {
            let programs = plan_by_suite(&options(edition));
            // What is drawn from a seed is another case in each run.
            let can_be_chosen =
                |program: &&Program| !comes_last(program) && !program.name.starts_with("concurrency/drawn/");
            let programs: Vec<&Program> = programs.iter().filter(can_be_chosen).collect();
            for together in programs.chunks(TOGETHER) {
                for result in results(edition, together, None).await {
                    cases.entry(result.program.name.clone()).or_insert_with(|| Case::new(result));
                }
            }
        }
        Self { found_by, cases }
    }
}

impl Case {
    fn new(result: CaseResult) -> Self {
        let is_scene = result.program.steps.iter().any(|step| matches!(step, Step::Scene(_)));
        Self {
            requests: result.exchanges.max(1),
            exercised: result.exercised.into_keys().collect(),
            is_scene,
        }
    }
}

/// Every fault with the cases that can show it. `KILLS=FILE` names a file that gets a line for each fault,
/// and of which an earlier command that was stopped, or one that chose otherwise, has written some already.
pub(crate) async fn tried() -> Vec<BTreeSet<String>> {
    let kept = env::var_os("KILLS").map(PathBuf::from);
    let text = kept.as_ref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let known: BTreeMap<&str, BTreeSet<String>> = text.lines().filter_map(known).collect();
    let (mut found_by, since) = (Vec::new(), Instant::now());
    for pair in FAULTS.chunks(2) {
        let unknown = pair.iter().filter(|fault| !known.contains_key(fault.id));
        let mut running: BTreeMap<&str, _> =
            unknown.map(|fault| (fault.id, tokio::spawn(killers(fault)))).collect();
        for fault in pair {
            let Some(task) = running.remove(fault.id) else {
                found_by.push(known[fault.id].clone());
                continue;
            };
            let killers = task.await.expect("no panic");
            let (number, all, cases) = (found_by.len() + 1, FAULTS.len(), killers.len());
            println!("{number} of {all}: {}: found by {cases} cases, {:.0?}", fault.id, since.elapsed());
            if let Some(path) = &kept {
                let words =
                    std::iter::once(fault.id).chain(killers.iter().map(String::as_str)).chain(["end\n"]);
                let line = words.collect::<Vec<_>>().join("\t");
                let file = OpenOptions::new().append(true).create(true).open(path);
                file.and_then(|mut file| file.write_all(line.as_bytes())).expect("KILLS can be written");
            }
            found_by.push(killers);
        }
    }
    found_by
}

/// A whole line of such a file: the fault, and the cases that find it.
fn known(line: &str) -> Option<(&str, BTreeSet<String>)> {
    let (fault, cases) =
        line.strip_suffix("\tend")?.split_once('\t').unwrap_or((line.strip_suffix("\tend")?, ""));
    Some((fault, cases.split('\t').filter(|case| !case.is_empty()).map(str::to_owned).collect()))
}

/// The cases that name the requirement which the fault breaks.
async fn killers(fault: &'static Fault) -> BTreeSet<String> {
    let edition = fault.editions[0];
    let programs = plan_by_suite(&options(edition));
    let programs: Vec<&Program> = programs.iter().filter(|program| may_show(program, fault)).collect();
    let mut tried =
        Tried { edition, fault, programs: &programs, killers: BTreeSet::new(), done: BTreeSet::new() };
    let parts = programs.len().div_ceil(TOGETHER);
    for part in 0..parts {
        if tried.killers.len() >= ENOUGH {
            break;
        }
        tried.these((part..programs.len()).step_by(parts).collect()).await;
    }
    // Which is the first in the order of the suites tells how well that order does.
    let first = tried.killers.first().copied().unwrap_or_default();
    let before: Vec<usize> = (0..first).filter(|index| !tried.done.contains(index)).collect();
    for together in before.chunks(TOGETHER) {
        if tried.killers.first().is_some_and(|killer| *killer < first) {
            break;
        }
        tried.these(together.to_vec()).await;
    }
    tried.killers.into_iter().map(|index| programs[index].name.clone()).collect()
}

/// A fault, and which programs have been tried, by their places.
struct Tried<'a> {
    edition: Edition,
    fault: &'static Fault,
    programs: &'a [&'a Program],
    killers: BTreeSet<usize>,
    done: BTreeSet<usize>,
}

impl Tried<'_> {
    async fn these(&mut self, indices: Vec<usize>) {
        let programs: Vec<&Program> = indices.iter().map(|index| self.programs[*index]).collect();
        let results = results(self.edition, &programs, Some(self.fault.id)).await;
        let names = |result: &CaseResult| {
            result.findings.iter().any(|finding| finding.requirement == self.fault.requirement)
        };
        self.killers.extend(
            indices.iter().zip(&results).filter(|(_, result)| names(result)).map(|(index, _)| *index),
        );
        self.done.extend(indices);
    }
}

/// What each of these programs gives on one reference, which makes the mistake of that name, if any.
async fn results(edition: Edition, programs: &[&Program], fault: Option<&str>) -> Vec<CaseResult> {
    let (endpoint, options) = (InProcess::new(config(edition, fault)), options(edition));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later");
    let now_s = i64::try_from(now.as_secs()).expect("it is far from the end of time");
    let (context, target) = preflight(&endpoint, &options, now_s).await.expect("the reference can be asked");
    let runner = Runner {
        endpoint: &endpoint,
        context: &context,
        target: &target,
        job_timeout: options.job_timeout,
        scenes: LIBRARY,
    };
    let mut results = Vec::new();
    for (index, program) in programs.iter().enumerate() {
        results.push(runner.run(program, &format!("{index:04}")).await.0);
    }
    results
}
