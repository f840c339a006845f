//! What a report rests on, by hash: the plan that was to be run, the model that judged, the log of what was
//! seen.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use base16ct::lower::encode_string;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use signer_schemas::{Basis, Edition, requirements};

use crate::data::depth::Depth;
use crate::data::given;
use crate::data::run::RunOptions;
use crate::data::times::Times;
use crate::plan::{plan, tour};
use crate::report::Report;

/// SHA-256 of what a report rests on, in hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// Of the whole plan, of which a shard runs a part: each case with its program.
    pub plan: String,
    /// Of the model: every rule of the ledger, and what the model admits in every situation that the tour
    /// goes to.
    pub model: String,
    /// Of the text of `exchanges.ndjson.gz`; none where no log was kept.
    pub log: Option<String>,
}

/// Which part of the plan was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Whether all cases were asked for, or those that find most.
    #[serde(default)]
    pub depth: Depth,
    /// The suites; empty = all.
    pub suites: Vec<String>,
    /// Texts of which a case's name contains one; empty = all cases.
    pub only: Vec<String>,
    /// Texts none of which a case's name contains.
    pub skip: Vec<String>,
    /// How many random sequences are drawn.
    pub sequences: u32,
    /// The part of the plan, if it was cut.
    pub shard: Option<Shard>,
}

/// A part of a plan. Without times it has each case whose place, from 0, leaves `number` - 1 when divided by
/// `of`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which, from 1.
    pub number: u32,
    /// Of so many.
    pub of: u32,
    /// SHA-256 of the times by which the plan was cut, if it was: which cases the part has, its report alone
    /// says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
}

impl Selection {
    /// What a run was asked for.
    pub(crate) fn of(options: &RunOptions) -> Self {
        Self {
            depth: options.depth,
            suites: options.suites.clone(),
            only: options.only.clone(),
            skip: options.skip.clone(),
            sequences: options.sequences,
            shard: options.shard.map(|(place, of)| Shard {
                number: place + 1,
                of,
                times: options.times.as_ref().map(times_hash),
            }),
        }
    }

    /// The options that give the same plan.
    pub(crate) fn options(&self, edition: Edition, basis: Basis, seed: u64) -> RunOptions {
        RunOptions {
            basis,
            depth: self.depth,
            suites: self.suites.clone(),
            only: self.only.clone(),
            skip: self.skip.clone(),
            seed,
            sequences: self.sequences,
            shard: self.shard.as_ref().map(|shard| (shard.number.saturating_sub(1), shard.of)),
            ..RunOptions::new(edition, "")
        }
    }
}

impl Report {
    /// How long each case took that was run.
    pub fn times(&self) -> Times {
        let timed = self.cases.iter().filter_map(|case| {
            let took = Duration::try_from_secs_f64(case.elapsed_s?).ok()?;
            Some((case.id.clone(), took))
        });
        timed.collect()
    }
}

impl Hashes {
    /// Of the plan and the model that these options lead to.
    pub(crate) fn of(options: &RunOptions) -> Self {
        Self { plan: plan_hash(options), model: model_hash(options.edition), log: None }
    }
}

/// A plan takes a moment to make, so it is hashed once.
fn plan_hash(options: &RunOptions) -> String {
    static KNOWN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let key = format!(
        "{} {} {:?}",
        options.edition,
        options.seed,
        Selection { shard: None, ..Selection::of(options) }
    );
    if let Some(known) = KNOWN.lock().ok().and_then(|known| known.get(&key).cloned()) {
        return known;
    }
    let mut hash = Sha256::new();
    for program in plan(&RunOptions { shard: None, ..options.clone() }) {
        hash.update(serde_json::to_vec(&program).expect("a program has string keys only"));
        hash.update(b"\n");
    }
    let text = encode_string(&hash.finalize());
    if let Ok(mut known) = KNOWN.lock() {
        known.insert(key, text.clone());
    }
    text
}

/// Two parts fit together only if they were cut by the same times.
fn times_hash(times: &Times) -> String {
    let text = serde_json::to_vec(times).expect("times have string keys only");
    encode_string(&Sha256::digest(text))
}

/// The hash of the model: see [`Hashes::model`]. It takes a moment.
pub fn model_hash(edition: Edition) -> String {
    let mut hash = Sha256::new();
    for rule in requirements().iter().filter(|rule| rule.is_in(edition)) {
        hash.update(format!("{rule:?}\n"));
    }
    for transition in tour::tours(edition).iter().flat_map(|tour| &tour.transitions) {
        hash.update(format!("{:?} {:?}\n", transition.transition, transition.outcome));
    }
    encode_string(&hash.finalize())
}

/// The hash of what a file holds: of the text, where gzip has compressed it.
pub fn file_hash(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut given::unpacked(path, given::LOG_BYTES)?, &mut hash)?;
    Ok(encode_string(&hash.finalize()))
}

/// The hash that a file would have with line ends of one character.
pub(crate) fn file_hash_with_lf(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    for line in io::BufReader::new(given::unpacked(path, given::LOG_BYTES)?).split(b'\n') {
        let line = line?;
        hash.update(line.strip_suffix(b"\r").unwrap_or(&line));
        hash.update(b"\n");
    }
    Ok(encode_string(&hash.finalize()))
}
