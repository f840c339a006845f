//! Ctrl-C and SIGTERM: the first ends the run with a partial report, the second ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signer_conformance::{CaseResult, Progress};

use crate::show;

/// What shells give for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A progress that asks the run to end as soon as a signal came.
pub(crate) struct Interruptible {
    progress: Box<dyn Progress>,
    asked: Arc<AtomicBool>,
}

/// Listens for signals from now on.
pub(crate) fn interruptible(progress: Box<dyn Progress>) -> io::Result<Interruptible> {
    let asked = Arc::new(AtomicBool::new(false));
    let mut signals = Signals::listen()?;
    let told = Arc::clone(&asked);
    tokio::spawn(async move {
        signals.next().await;
        told.store(true, Ordering::Relaxed);
        show::err(
            "interrupted: what is in flight is finished, then the report is written; once more ends at \
             once\n",
        );
        signals.next().await;
        std::process::exit(INTERRUPTED);
    });
    Ok(Interruptible { progress, asked })
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // Without a way to listen, nothing ever interrupts.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Progress for Interruptible {
    fn planned(&self, cases: usize) {
        self.progress.planned(cases);
    }

    fn case(&self, result: &CaseResult) {
        self.progress.case(result);
    }

    fn phase(&self, what: &str) {
        self.progress.phase(what);
    }

    fn interrupted(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}
