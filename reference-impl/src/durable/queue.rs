//! Changes on their way to the disk. All that arrive while the disk is busy go there together.

use std::mem;
use std::sync::Arc;

use tokio::sync::watch;

use crate::store::changes::Change;

/// What became of a batch; nothing while it is on its way.
type Fate = Option<Result<(), Arc<str>>>;

/// The changes that wait, and those that are being written.
#[derive(Debug)]
pub(crate) struct Queue {
    changes: Vec<Change>,
    collecting: watch::Sender<Fate>,
    writing: Option<watch::Sender<Fate>>,
}

/// Tells when what its holder has seen is on the disk.
#[derive(Debug)]
pub(crate) struct Ticket(watch::Receiver<Fate>);

impl Default for Queue {
    fn default() -> Self {
        Self { changes: Vec::new(), collecting: watch::Sender::new(None), writing: None }
    }
}

impl Queue {
    pub(crate) fn push(&mut self, changes: Vec<Change>) {
        self.changes.extend(changes);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// For whoever has seen the present state, whether or not they have changed it; nothing when all of it is
    /// on the disk.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        let batch = if self.changes.is_empty() { self.writing.as_ref()? } else { &self.collecting };
        Some(Ticket(batch.subscribe()))
    }

    /// Takes what waits, to write it.
    pub(crate) fn take(&mut self) -> Vec<Change> {
        self.writing = Some(mem::replace(&mut self.collecting, watch::Sender::new(None)));
        mem::take(&mut self.changes)
    }

    /// What was taken is on the disk.
    pub(crate) fn written(&mut self) {
        if let Some(batch) = self.writing.take() {
            batch.send_replace(Some(Ok(())));
        }
    }

    /// What was taken is not, and so what was decided in its light since then is void, too.
    pub(crate) fn refused(&mut self, error: &str) {
        let error: Arc<str> = error.into();
        self.changes.clear();
        let batches = self
            .writing
            .take()
            .into_iter()
            .chain([mem::replace(&mut self.collecting, watch::Sender::new(None))]);
        batches.for_each(|batch| drop(batch.send_replace(Some(Err(Arc::clone(&error))))));
    }
}

impl Ticket {
    /// Waits until the batch is written, or has failed for this reason.
    pub(crate) async fn redeemed(mut self) -> Result<(), Arc<str>> {
        match self.0.wait_for(Option::is_some).await {
            Ok(fate) => fate.clone().unwrap_or(Ok(())),
            Err(_) => Err("the server is ending".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use crate::store::changes::Change;
    use crate::store::changes::Row;

    fn changes(number: u64) -> Vec<Change> {
        vec![Change::Row("us-east-1".into(), Row::NoJob(number))]
    }

    #[tokio::test]
    async fn whoever_has_seen_a_refused_change_is_refused_too() {
        let mut queue = Queue::default();
        assert!(queue.ticket().is_none(), "all is on the disk");
        queue.push(changes(1));
        let wrote = queue.ticket().expect("a change waits");
        queue.take();
        let looked = queue.ticket().expect("a change is being written");
        queue.push(changes(2));
        let wrote_later = queue.ticket().expect("another change waits");
        queue.refused("the disk is full");
        for ticket in [wrote, looked, wrote_later] {
            assert_eq!(ticket.redeemed().await, Err("the disk is full".into()));
        }
        assert!(queue.is_empty() && queue.ticket().is_none(), "nothing is left of what was refused");
    }

    #[tokio::test]
    async fn a_change_that_came_while_another_was_written_waits_for_its_own_turn() {
        let mut queue = Queue::default();
        queue.push(changes(1));
        let first = queue.ticket().expect("a change waits");
        assert_eq!(queue.take(), changes(1));
        queue.push(changes(2));
        let second = queue.ticket().expect("another change waits");
        queue.written();
        assert_eq!(first.redeemed().await, Ok(()));
        assert_eq!(queue.take(), changes(2));
        queue.refused("the disk is full");
        assert!(second.redeemed().await.is_err());
    }
}
