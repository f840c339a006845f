//! A target whose answers were changed on their way. An input is the number of a case in a line, then changes
//! to its answers: `NUMBER status 503`, `NUMBER header name: value`, `NUMBER body text`, `NUMBER silence`, or
//! `NUMBER /pointer JSON`.

use crate::asked::{Asked, options};
use crate::patch::{Patch, patches, put};
use signer_conformance::report::{Report, files};
use signer_conformance::{
    Endpoint, Program, Request, Response, Root, Run, RunOptions, Sending, Silence, TourCoverage, Trials,
    Vanishing, plan,
};
use signer_model::Account;
use signer_schemas::Edition;
use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

thread_local! {
    static SERVERS: RefCell<[Option<Asked>; 2]> = const { RefCell::new([None, None]) };
}

static PLAN: LazyLock<Vec<Program>> = LazyLock::new(|| plan(&RunOptions::new(Edition::Current, "fuzz")));

/// Whatever is answered is judged; and no file of the report holds a character that a terminal would obey.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (number, changes) = text.split_once('\n').unwrap_or((&text, ""));
    let Some(program) = number.parse::<usize>().ok().and_then(|number| PLAN.get(number % PLAN.len())) else {
        return;
    };
    SERVERS.with_borrow_mut(|servers| {
        let asked = Asked::among(servers, program.edition);
        let altered = Changed {
            target: &asked.endpoint,
            changes: patches(changes).collect(),
            asked: AtomicUsize::new(0),
        };
        let (result, exchanges) = asked.run(program, Some(&altered));
        let exchanges: Vec<_> = exchanges.into_iter().map(|sent| sent.exchange).collect();
        let root = |finding: &signer_conformance::Finding| Root {
            finding: finding.clone(),
            case: program.name.clone(),
            cases: 1,
            program: program.clone(),
            reproduced: Trials::new(1, 1),
            on_fresh: None,
            exchanges: exchanges
                .iter()
                .take(finding.exchange + 1)
                .map(|exchange| exchange.as_ref().clone())
                .collect(),
            answers: result.answers.clone(),
            prefix: asked.context.prefix.clone(),
        };
        let run = Run {
            target: asked.target.clone(),
            platforms: asked.context.platforms,
            roots: result.findings.iter().map(root).collect(),
            vanishing: Vanishing::new(),
            exchanges: u64::try_from(exchanges.len()).unwrap_or_default(),
            results: vec![result],
            tour: TourCoverage::default(),
            unanswered: 0,
            elapsed: Duration::ZERO,
            cut: None,
        };
        assert_nothing_moves_a_terminal(&run);
    });
}

fn assert_nothing_moves_a_terminal(run: &Run) {
    let report = Report::new(run, &options(Edition::Current), None);
    for (path, text) in files(&report, run, None) {
        let obeyed = text.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'));
        assert_eq!(obeyed, None, "{} holds a control character", path.display());
    }
}

/// Between the judge and a target.
struct Changed<'a, E> {
    target: &'a E,
    changes: Vec<Patch<'a>>,
    asked: AtomicUsize,
}

impl<E: Endpoint> Changed<'_, E> {
    async fn changed(&self, answer: Sending<'_>) -> Result<Response, Silence> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut response = answer.await?;
        for change in self.changes.iter().filter(|change| change.number == number) {
            match change.place {
                "status" => response.status = change.text.parse().unwrap_or(response.status),
                "body" => response.body = change.text.into(),
                "silence" => return Err(Silence::Broken(change.text.to_owned())),
                "header" => {
                    let (name, value) = change.text.split_once(": ").unwrap_or((change.text, ""));
                    response.headers.retain(|(known, _)| known != name);
                    response.headers.push((name.to_owned(), value.to_owned()));
                }
                pointer => {
                    let (Some(mut body), Ok(value)) =
                        (response.json().map(Arc::unwrap_or_clone), serde_json::from_str(change.text))
                    else {
                        continue;
                    };
                    put(&mut body, pointer, value);
                    response.body = body.to_string().into();
                }
            }
        }
        Ok(response)
    }
}

impl<E: Endpoint> Endpoint for Changed<'_, E> {
    fn describe(&self) -> String {
        self.target.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(self.changed(self.target.send(by, request)))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(self.changed(self.target.send_s3(request)))
    }

    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.target.pause(time)
    }
}
