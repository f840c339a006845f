//! Who can be asked. The explorer knows no service: the program that starts it hands them in.

use std::fmt;
use std::sync::Arc;

use signer_conformance::{Endpoint, RunOptions};
use signer_schemas::Edition;

/// One of those who can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The reference implementation.
    Reference,
    /// The reference implementation with a deliberate mistake.
    Fault(String),
    /// The reference implementation with that answer to an open point, such as `put-name-taken=…`.
    Freedom(String),
    /// The endpoint named on the command line. No page chooses where signed requests go.
    Endpoint,
}

/// A deliberate mistake, or an answer to an open point, that the reference implementation offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The name.
    pub id: String,
    /// What it does.
    pub what: String,
}

/// Who can be asked, as the program that starts the explorer knows them.
pub trait Targets: Send + Sync {
    /// The URL of the endpoint, if one was named.
    fn endpoint(&self) -> Option<String>;

    /// The deliberate mistakes of the reference implementation.
    fn faults(&self) -> &[Offered];

    /// The answers to open points that it can give, each as `ID=CHOICE`.
    fn freedoms(&self) -> &[Offered];

    /// The service. For the reference implementation it is a fresh one each time.
    fn open(&self, target: &Target, edition: Edition) -> Result<Arc<dyn Endpoint>, String>;

    /// How it is asked, under names that nobody used before.
    fn options(&self, target: &Target, edition: Edition) -> RunOptions;

    /// Whether it may be asked without being told to: it costs nothing, and nothing remains of it.
    fn is_free(&self, target: &Target) -> bool {
        *target != Target::Endpoint
    }
}

impl Target {
    /// The target of that name in a link.
    pub(crate) fn read(text: &str, targets: &dyn Targets) -> Result<Self, String> {
        let known = |offered: &[Offered], id: &str| offered.iter().any(|one| one.id == id);
        match text.split_once(':') {
            None if text == "reference" => Ok(Self::Reference),
            None if text == "endpoint" && targets.endpoint().is_some() => Ok(Self::Endpoint),
            None if text == "endpoint" => {
                Err("no endpoint is known: name it with --endpoint URL when the explorer is started"
                    .to_owned())
            }
            Some(("fault", id)) if known(targets.faults(), id) => Ok(Self::Fault(id.to_owned())),
            Some(("fault", id)) => Err(format!("the reference implementation has no fault called {id:?}")),
            Some(("freedom", id)) if known(targets.freedoms(), id) => Ok(Self::Freedom(id.to_owned())),
            Some(("freedom", id)) => {
                Err(format!("the reference implementation has no freedom called {id:?}"))
            }
            _ => Err(format!(
                "{text:?} is nobody who can be asked; there are reference, fault:ID, freedom:ID=CHOICE and \
                 endpoint"
            )),
        }
    }

    /// The target in words.
    pub(crate) fn words(&self, targets: &dyn Targets) -> String {
        match self {
            Self::Reference => "the reference".to_owned(),
            Self::Fault(id) => format!("the reference with the fault {id}"),
            Self::Freedom(id) => format!("the reference with {id}"),
            Self::Endpoint => targets.endpoint().unwrap_or_else(|| "the endpoint".to_owned()),
        }
    }
}

/// The name in links.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference => f.write_str("reference"),
            Self::Fault(id) => write!(f, "fault:{id}"),
            Self::Freedom(id) => write!(f, "freedom:{id}"),
            Self::Endpoint => f.write_str("endpoint"),
        }
    }
}

/// Nobody can be asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Targets for Nobody {
    fn endpoint(&self) -> Option<String> {
        None
    }

    fn faults(&self) -> &[Offered] {
        &[]
    }

    fn freedoms(&self) -> &[Offered] {
        &[]
    }

    fn open(&self, _: &Target, _: Edition) -> Result<Arc<dyn Endpoint>, String> {
        Err("this explorer was started without anybody to ask".to_owned())
    }

    fn options(&self, _: &Target, edition: Edition) -> RunOptions {
        RunOptions::new(edition, "")
    }
}
