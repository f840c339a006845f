//! What a page costs in lists of ever more profiles and jobs: from the first page on, from the middle on, and
//! with filters that many of the items pass, and few.
//!
//! `cargo bench -p signer-reference --bench lists`. Pages have 25 items and are asked for without a socket.
//! The number behind each time is how many times that of the shortest list.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use signer_reference::Config;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const NOTATION: &str = "Notation-OCI-SHA384-ECDSA";
const LAMBDA: &str = "AWSLambda-SHA384-ECDSA";

/// The lists, each with what is asked of it.
const LISTS: &[(&str, &str)] = &[
    ("profiles", "/signing-profiles?maxResults=25"),
    (
        "profiles of a platform of half of them",
        "/signing-profiles?maxResults=25&platformId=Notation-OCI-SHA384-ECDSA",
    ),
    (
        "profiles canceled, one in a thousand",
        "/signing-profiles?maxResults=25&includeCanceled=true&statuses=Canceled",
    ),
    ("jobs", "/signing-jobs?maxResults=25"),
    ("jobs in progress, all of them", "/signing-jobs?maxResults=25&status=InProgress"),
    ("jobs failed, none", "/signing-jobs?maxResults=25&status=Failed"),
    ("jobs revoked, none", "/signing-jobs?maxResults=25&isRevoked=true"),
    ("jobs of another invoker, none", "/signing-jobs?maxResults=25&jobInvoker=444455556666"),
];

fn main() {
    // `cargo test --benches` asks for one round to see that it works.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if is_test { &[50, 100] } else { &[1000, 10_000, 100_000] };
    let service = Service::new();
    let (mut first, mut middle) = (vec![Vec::new(); LISTS.len()], vec![Vec::new(); LISTS.len()]);
    let mut made = 0;
    for size in sizes {
        service.grow(made, *size);
        made = *size;
        for (nth, (_, target)) in LISTS.iter().enumerate() {
            first[nth].push(Some(service.time(target)));
            middle[nth].push(service.middle(target).map(|target| service.time(&target)));
        }
    }
    print!("{:<64}", "microseconds a page, of");
    for size in sizes {
        print!("{size:>10}{:>7}", "");
    }
    println!();
    for (nth, (name, _)) in LISTS.iter().enumerate() {
        row(&format!("{name}, first page"), &first[nth]);
        row(&format!("{name}, page in the middle"), &middle[nth]);
    }
}

/// Prints what a page takes at each size, and how many times that at the first one.
fn row(name: &str, times: &[Option<Duration>]) {
    print!("{name:<64}");
    let shortest = times.iter().flatten().next().copied().unwrap_or_default();
    for time in times {
        match time {
            Some(time) => {
                print!(
                    "{:>10.1}{:>6.1}x",
                    time.as_secs_f64() * 1e6,
                    time.as_secs_f64() / shortest.as_secs_f64()
                );
            }
            None => print!("{:>10}{:>7}", "-", ""),
        }
    }
    println!();
}

struct Service {
    router: Router,
    runtime: Runtime,
}

impl Service {
    fn new() -> Self {
        // Jobs stay in progress, so that none needs to be signed.
        let job_delay = Duration::from_hours(24);
        let config = Config { authenticate: false, job_delay, seed: Some(1), ..Config::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let service = Self { router: signer_reference::router(config), runtime };
        for bucket in ["/sources", "/results"] {
            service.ask("PUT", bucket, "");
        }
        service.ask("PUT", "/sources/code.zip", "any bytes");
        service.ask("PUT", "/signing-profiles/signs", &json!({"platformId": LAMBDA}).to_string());
        service
    }

    /// Makes profiles and jobs of these numbers.
    fn grow(&self, from: usize, to: usize) {
        for nth in from..to {
            let name = format!("/signing-profiles/n{nth:07}");
            let platform = if nth % 2 == 0 { NOTATION } else { LAMBDA };
            self.ask("PUT", &name, &json!({"platformId": platform}).to_string());
            if nth % 1000 == 500 {
                self.ask("DELETE", &name, "");
            }
            let job = json!({
                "profileName": "signs",
                "source": {"s3": {"bucketName": "sources", "key": "code.zip", "version": "null"}},
                "destination": {"s3": {"bucketName": "results"}},
                "clientRequestToken": nth.to_string(),
            });
            self.ask("POST", "/signing-jobs", &job.to_string());
        }
    }

    /// The page in the middle of a list; none where the list has one page.
    fn middle(&self, target: &str) -> Option<String> {
        let mut pages = Vec::new();
        let mut next = target.to_owned();
        while let Some(token) = self.ask("GET", &next, "")["nextToken"].as_str() {
            next = format!("{target}&nextToken={token}");
            pages.push(next.clone());
        }
        let middle = pages.len() / 2;
        pages.into_iter().nth(middle)
    }

    /// The median of many.
    fn time(&self, target: &str) -> Duration {
        let mut times: Vec<Duration> = (0..101)
            .map(|_| {
                let started = Instant::now();
                self.ask("GET", target, "");
                started.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[times.len() / 2]
    }

    /// The answer to what is no mistake.
    fn ask(&self, method: &str, target: &str, body: &str) -> Value {
        let request = Request::builder().method(method).uri(target).header("host", "localhost");
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let (status, body) = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("an answer");
            let status = response.status();
            (status, to_bytes(response.into_body(), usize::MAX).await.expect("a whole body"))
        });
        assert!(status.is_success(), "{method} {target}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or_default()
    }
}
