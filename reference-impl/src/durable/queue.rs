//! Changes on their way to the disk. All that arrive while the disk is busy go there together.

use crate::store::Row;
use std::mem;
use std::sync::Arc;
use tokio::sync::watch;

/// What became of a batch; nothing while it is on its way.
type Fate = Option<Result<(), Arc<str>>>;

/// The changes that wait, and those that are being written.
#[derive(Debug)]
pub(crate) struct Queue {
    rows: Vec<Row>,
    collecting: watch::Sender<Fate>,
    writing: Option<watch::Sender<Fate>>,
}

/// Tells when what its holder has seen is on the disk.
#[derive(Debug)]
pub(crate) struct Ticket(watch::Receiver<Fate>);

impl Default for Queue {
    fn default() -> Self {
        Self { rows: Vec::new(), collecting: watch::Sender::new(None), writing: None }
    }
}

impl Queue {
    pub(crate) fn push(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// For whoever has seen the present state, whether or not they have changed it; nothing when all of it is on the disk.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        let batch = if self.rows.is_empty() { self.writing.as_ref()? } else { &self.collecting };
        Some(Ticket(batch.subscribe()))
    }

    /// Takes what waits, to write it.
    pub(crate) fn take(&mut self) -> Vec<Row> {
        self.writing = Some(mem::replace(&mut self.collecting, watch::Sender::new(None)));
        mem::take(&mut self.rows)
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
        self.rows.clear();
        let batches = self.writing.take().into_iter().chain([mem::replace(&mut self.collecting, watch::Sender::new(None))]);
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
