//! What a scene is for the runner: a conversation written by hand, with the requirements that it puts to the test.

use std::pin::Pin;

use signer_schemas::{Edition, Operation, requirement};

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::Played;

/// A scene that is being played.
pub(crate) type Playing<'a> = Pin<Box<dyn Future<Output = Played> + Send + 'a>>;

/// One conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    /// Suite and name, which is also its program's.
    pub(crate) name: &'static str,
    /// The operation that it is about.
    pub(crate) operation: Operation,
    /// What happens, in one sentence.
    pub(crate) what: &'static str,
    /// The requirements that it puts to the test.
    pub(crate) requirements: &'static [&'static str],
    pub(crate) play: for<'a, 'c> fn(&'a mut Case<'c>) -> Playing<'a>,
}

impl Scene {
    /// Its requirements, as far as the edition has them.
    pub(crate) fn requirements_in(&self, edition: Edition) -> impl Iterator<Item = &'static str> {
        let is_there = move |id: &&str| requirement(id).is_some_and(|row| row.is_in(edition));
        self.requirements.iter().copied().filter(is_there)
    }
}

/// Where the runner looks up a scene by its name.
#[derive(Clone, Copy, Debug)]
pub struct Library(pub(crate) fn(&str) -> Option<&'static Scene>);
