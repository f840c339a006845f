//! What a user sees while a run goes on, on standard error: a bar on a terminal, else a line now and then.

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use signer_conformance::visible::on_one_line;
use signer_conformance::{CaseResult, Progress, Quiet};

use crate::show;

/// The way of telling that fits: none, a bar, or lines.
pub(crate) fn progress(quiet: bool) -> Box<dyn Progress> {
    if quiet {
        Box::new(Quiet)
    } else if show::is_lively(std::io::stderr().is_terminal()) {
        Box::new(Bar::new())
    } else {
        Box::new(Lines::default())
    }
}

struct Bar {
    bar: ProgressBar,
    found: AtomicUsize,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{elapsed:>5} {bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, found: AtomicUsize::new(0) }
    }
}

impl Progress for Bar {
    fn planned(&self, cases: usize) {
        self.bar.set_length(cases as u64);
    }

    fn case(&self, result: &CaseResult) {
        self.bar.inc(1);
        let new = usize::from(!result.findings.is_empty());
        let found = self.found.fetch_add(new, Ordering::Relaxed) + new;
        let suite = result.program.suite();
        self.phase(&if found > 0 { format!("{suite}, {found} with findings") } else { suite.to_owned() });
    }

    fn phase(&self, what: &str) {
        self.bar.set_message(on_one_line(what));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// What a user sees while the model is searched or walked: a line on a terminal, else one every few seconds.
pub(crate) struct Line {
    bar: Option<ProgressBar>,
    told: Cell<Instant>,
}

impl Line {
    pub(crate) fn new() -> Self {
        let bar = show::is_lively(std::io::stderr().is_terminal()).then(ProgressBar::new_spinner);
        Self { bar, told: Cell::new(Instant::now()) }
    }

    /// How far it has come, if it is time to say so.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        let pause = if self.bar.is_some() { Duration::from_millis(100) } else { Duration::from_secs(5) };
        if self.told.get().elapsed() < pause {
            return;
        }
        self.told.set(Instant::now());
        match &self.bar {
            Some(bar) => {
                bar.set_message(on_one_line(&line()));
                bar.tick();
            }
            None => show::err(&format!("{}\n", line())),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How many lines tell of the cases.
const LINES: usize = 10;

#[derive(Default)]
struct Lines {
    planned: AtomicUsize,
    done: AtomicUsize,
    found: AtomicUsize,
}

impl Progress for Lines {
    fn planned(&self, cases: usize) {
        self.planned.store(cases, Ordering::Relaxed);
        show::err(&format!("{cases} cases planned\n"));
    }

    fn case(&self, result: &CaseResult) {
        let new = usize::from(!result.findings.is_empty());
        let found = self.found.fetch_add(new, Ordering::Relaxed) + new;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let planned = self.planned.load(Ordering::Relaxed).max(1);
        if done * LINES / planned != (done - 1) * LINES / planned {
            show::err(&format!("{done} of {planned} cases, {found} with findings\n"));
        }
    }

    fn phase(&self, what: &str) {
        show::err(&format!("{what}\n"));
    }
}
