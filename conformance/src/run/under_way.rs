//! The conversations that are under way, and those of their cases that wait for lists.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};

use crate::data::body::Json;
use crate::data::names::Tag;
use crate::data::program::Program;
use crate::judge::runner::shared::{Ready, Signal, Wish};
use crate::judge::runner::walks::Walker;
use crate::run::conversations::Conversation;
use crate::run::outcome::Outcome;
use crate::run::schedule::{Now, Schedule};
use crate::run::subject::Subject;
use crate::run::together::{Outcomes, converse};

pub(super) struct UnderWay {
    subject: Arc<Subject>,
    programs: Arc<Vec<Program>>,
    running: JoinSet<()>,
    /// The cases of each conversation, by their places in the plan.
    cases: BTreeMap<Id, Vec<usize>>,
    outcomes: Outcomes,
    coming: mpsc::UnboundedReceiver<(usize, Outcome)>,
    signals: mpsc::UnboundedReceiver<Signal>,
    waiting: Vec<Wish>,
    ready: VecDeque<Ready>,
    /// What the lists are read as that the last case to go on has waited for; mostly the next one has, too.
    read: Vec<Json>,
    /// How many lists may be walked over at once.
    jobs: usize,
}

impl UnderWay {
    pub(super) fn new(
        subject: &Arc<Subject>,
        programs: &Arc<Vec<Program>>,
        signals: mpsc::UnboundedReceiver<Signal>,
        jobs: usize,
    ) -> Self {
        let (outcomes, coming) = mpsc::unbounded_channel();
        Self {
            subject: Arc::clone(subject),
            programs: Arc::clone(programs),
            running: JoinSet::new(),
            cases: BTreeMap::new(),
            outcomes,
            coming,
            signals,
            waiting: Vec::new(),
            ready: VecDeque::new(),
            read: Vec::new(),
            jobs,
        }
    }

    /// How many cases are active, wait, and are ready.
    pub(super) fn now(&self) -> Now {
        let (active, waiting, ready) = (self.subject.sharing.active(), self.waiting.len(), self.ready.len());
        Now { active, waiting, ready, ..Now::default() }
    }

    /// Begins a conversation.
    pub(super) fn begin(&mut self, conversation: Conversation) {
        let cases = conversation.members.iter().map(|member| member.index).collect();
        self.subject.sharing.begin(1);
        let talk = converse(
            Arc::clone(&self.subject),
            conversation,
            Arc::clone(&self.programs),
            self.outcomes.clone(),
        );
        self.cases.insert(self.running.spawn(talk).id(), cases);
    }

    /// Lets the case go on that has been ready for longest.
    pub(super) fn go_on(&mut self) {
        if let Some(case) = self.ready.pop_front() {
            self.read = case.read();
            case.go_on(&self.subject.sharing);
        }
    }

    /// Waits until a case ends, or waits for a list.
    pub(super) async fn next(&mut self, schedule: &mut Schedule) {
        tokio::select! {
            biased;
            Some((index, outcome)) = self.coming.recv() => schedule.came(index, outcome),
            Some(signal) = self.signals.recv() => {
                self.subject.sharing.end();
                self.waiting.extend(signal.wish());
            }
            Some(ended) = self.running.join_next_with_id() => self.ended(ended.map(|(id, ())| id), schedule),
        }
    }

    /// A conversation has ended; one that failed by a mistake of ours leaves cases without an outcome.
    fn ended(&mut self, ended: Result<Id, JoinError>, schedule: &mut Schedule) {
        self.subject.sharing.end();
        let cases =
            self.cases.remove(&ended.as_ref().map_or_else(JoinError::id, |id| *id)).unwrap_or_default();
        while let Ok((index, outcome)) = self.coming.try_recv() {
            schedule.came(index, outcome);
        }
        let Err(failed) = ended else { return };
        for index in cases {
            if !schedule.knows(index) {
                schedule.came(
                    index,
                    Outcome::failed(&self.programs[index], Tag::planned(index), failed.to_string()),
                );
            }
        }
    }

    /// Walks over the lists that cases wait for.
    pub(super) async fn walk(&mut self) {
        self.read.clear();
        let wishes = std::mem::take(&mut self.waiting);
        let Subject { context, sharing, .. } = self.subject.as_ref();
        let (runner, edition) = (self.subject.runner(), context.edition);
        let walker = Walker { runner, edition, sharing, jobs: self.jobs };
        self.ready.extend(walker.serve(wishes).await);
    }

    /// Stops all of them.
    pub(super) async fn stop(&mut self) {
        self.running.shutdown().await;
    }
}
