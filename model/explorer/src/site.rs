//! What an explorer knows while it runs: whom it may ask, which reports are laid over, which files were
//! opened, what was searched.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use signer_conformance::given;
use signer_model::{Axis, CheckOptions, Grouping, ScopeReport, check_until};

use crate::live::Live;
use crate::live::targets::{Target, Targets};
use crate::opened::{Files, Opened};
use crate::overlay::Overlay;
use crate::subjects::{Subject, subject, subjects};
use crate::work::{Task, Tasks};

/// What an explorer is started with.
pub struct Settings {
    /// The scope of the first page; none for the list of all.
    pub scope: Option<String>,
    /// The host that it listens at, besides addresses and local names.
    pub host: String,
    /// Whom it may ask.
    pub targets: Arc<dyn Targets>,
    /// Reports to lay over the model, by name and folder.
    pub reports: Vec<(String, PathBuf)>,
    /// A file to open.
    pub open: Option<PathBuf>,
    /// How many threads a search has.
    pub threads: usize,
}

/// Why the explorer does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExploreError {
    /// There is no scope of that name.
    UnknownScope {
        /// What was asked for.
        name: String,
    },
    /// A report cannot be laid over.
    Report {
        /// Its name.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// The file cannot be opened.
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl fmt::Display for ExploreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScope { name } => {
                let known = subjects().iter().map(|subject| subject.name).collect::<Vec<_>>().join(", ");
                write!(f, "there is no scope {name:?}; there are {known}")
            }
            Self::Report { name, what } => write!(f, "{name}: {what}"),
            Self::File { path, what } => write!(f, "{}: {what}", path.display()),
        }
    }
}

impl std::error::Error for ExploreError {}

/// How many traces' live answers are kept.
const MOST_LIVES: usize = 64;

/// What an explorer knows while it runs.
pub(crate) struct Site {
    pub(crate) targets: Arc<dyn Targets>,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) files: Files,
    pub(crate) checks: Tasks<&'static str, ScopeReport>,
    pub(crate) maps: Tasks<(&'static str, Axis), Grouping>,
    /// What forms have to know: a page of another origin cannot read it.
    pub(crate) token: String,
    /// Where the first page leads, if it leads anywhere.
    pub(crate) first: Option<&'static Subject>,
    /// The file that was named on the command line.
    pub(crate) opened: Option<Arc<Opened>>,
    lives: Mutex<VecDeque<(LiveKey, Arc<Live>)>>,
    /// How many threads a search has.
    threads: usize,
}

/// Who was asked which steps.
pub(crate) type LiveKey = (Target, &'static str, Vec<String>);

impl Site {
    pub(crate) fn new(settings: Settings) -> Result<Self, ExploreError> {
        let Settings { scope, host: _, targets, reports, open, threads } = settings;
        let first = match scope {
            Some(name) => Some(subject(&name).ok_or(ExploreError::UnknownScope { name })?),
            None => None,
        };
        let overlay = |(name, folder): (String, PathBuf)| {
            Overlay::read(&name, &folder).map_err(|what| ExploreError::Report { name, what })
        };
        let overlays = reports.into_iter().map(overlay).collect::<Result<_, _>>()?;
        let files = Files::default();
        let opened = match open {
            Some(path) => {
                let text = given::text(&path, given::PROGRAM_BYTES)
                    .map_err(|error| format!("it cannot be read: {error}"));
                let opened = text.and_then(|text| Opened::read(&text));
                Some(files.keep(opened.map_err(|what| ExploreError::File { path, what })?))
            }
            None => None,
        };
        // Keyed by what the system has of randomness.
        let token = [(), ()].map(|()| format!("{:016x}", RandomState::new().hash_one(0_u8))).concat();
        let (checks, maps, lives) = (Tasks::default(), Tasks::default(), Mutex::default());
        Ok(Self { targets, overlays, files, checks, maps, token, first, opened, lives, threads })
    }

    /// Checks a subject, unless that is done.
    pub(crate) fn check(&self, subject: &'static Subject) -> Arc<Task<ScopeReport>> {
        let options = CheckOptions { threads: self.threads, symmetry: false };
        self.checks.begin(subject.name, move |task| check_until(&subject.scope, options, |at| task.tell(at)))
    }

    /// Puts the states of a subject into groups, unless that is done.
    pub(crate) fn map(&self, subject: &'static Subject, axis: Axis) -> Arc<Task<Grouping>> {
        let threads = self.threads;
        self.maps.begin((subject.name, axis), move |task| {
            Grouping::of(&subject.scope, axis, threads, |at| task.tell(at))
        })
    }

    /// The report of that name.
    pub(crate) fn overlay(&self, name: &str) -> Option<&Overlay> {
        self.overlays.iter().find(|overlay| overlay.name == name)
    }

    /// What a service answered to these steps, if it was asked.
    pub(crate) fn live(&self, key: &LiveKey) -> Option<Arc<Live>> {
        let lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        lives.iter().find(|(known, _)| known == key).map(|(_, live)| Arc::clone(live))
    }

    /// Keeps what a service answered.
    pub(crate) fn keep(&self, key: LiveKey, live: Live) -> Arc<Live> {
        let live = Arc::new(live);
        let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        lives.retain(|(known, _)| *known != key);
        lives.push_front((key, Arc::clone(&live)));
        lives.truncate(MOST_LIVES);
        live
    }
}
