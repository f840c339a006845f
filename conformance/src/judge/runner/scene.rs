//! What a scene is for the runner: its declaration, and what is done when it is played.

use std::fmt::Debug;
use std::pin::Pin;

use signer_schemas::{Edition, Operation, requirement};

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::Played;

/// A declaration: what a scene is called, what it is about, what it puts to the test, and how it is played.
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
    pub(crate) play: &'static dyn Play,
}

impl Scene {
    /// Its requirements, as far as the edition has them.
    pub(crate) fn requirements_in(&self, edition: Edition) -> impl Iterator<Item = &'static str> {
        let is_there = move |id: &&str| requirement(id).is_some_and(|row| row.is_in(edition));
        self.requirements.iter().copied().filter(is_there)
    }
}

/// What can be played.
pub(crate) trait Play: Debug + Sync {
    /// Plays it to its end, or until it stops.
    fn play<'a>(&'static self, case: &'a mut Case<'_>) -> Playing<'a>;
}

/// A scene that is being played.
pub(crate) type Playing<'a> = Pin<Box<dyn Future<Output = Played> + Send + 'a>>;

/// A conversation written by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversation(pub(crate) for<'a, 'c> fn(&'a mut Case<'c>) -> Playing<'a>);

impl Play for Conversation {
    fn play<'a>(&'static self, case: &'a mut Case<'_>) -> Playing<'a> {
        (self.0)(case)
    }
}

/// Where the runner looks up a scene by its name.
#[derive(Clone, Copy, Debug)]
pub struct Library(pub(crate) fn(&str) -> Option<&'static Scene>);
