//! Where else a client looks for the service, and where it keeps its objects.

use signer_model::Account;
use signer_schemas::Operation;

use crate::data::exchange::{Request, Service};
use crate::run::preflight::asking::{put, request};
use crate::run::preflight::doctor::Visit;
use crate::run::preflight::recognise::{excerpt, is_unauthorized, is_unimplemented};

impl Visit<'_> {
    /// Clients put `data-` before the host of `GetRevocationStatus`.
    pub(super) async fn host_prefix(&mut self) {
        let url = self.endpoint.describe();
        let host = url.split("//").nth(1).unwrap_or(&url).split('/').next().unwrap_or_default();
        let host = format!("data-{}", host.rsplit('@').next().unwrap_or_default());
        let mut asked = request(&self.context, Operation::GetRevocationStatus);
        asked.headers.push(("host".to_owned(), host.clone()));
        let advice = "clients put data- before the host of GetRevocationStatus: answer on any host, or \
            switch it off in each client";
        match self.endpoint.send(Account::Owner, &asked).await {
            Ok(response) if is_unimplemented(&response) || is_unauthorized(&response) => {
                self.warn(
                    "host prefix",
                    format!("{} on the host {host}: {}", response.status, excerpt(&response)),
                    advice,
                );
            }
            Ok(_) => self.ok("host prefix", format!("answers on the host {host}")),
            Err(silence) => self.warn("host prefix", format!("{host}: {silence}"), advice),
        }
    }

    pub(super) async fn s3(&mut self) {
        let get = |target: &str| Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            ..Request::default()
        };
        let advice = "jobs are judged without their objects; give one with --s3-endpoint";
        match self.endpoint.send_s3(&get("/")).await {
            Ok(response) if String::from_utf8_lossy(&response.body).contains("ListAllMyBucketsResult") => {
                self.ok("s3", "there is one".to_owned());
            }
            Ok(response) => {
                let found = format!("no list of buckets: {} {}", response.status, excerpt(&response));
                return self.warn("s3", found, advice);
            }
            Err(silence) => {
                let through = self
                    .endpoint
                    .proxy(Service::S3)
                    .map(|proxy| format!(", through {proxy}"))
                    .unwrap_or_default();
                return self.warn("s3", format!("{silence}{through}"), advice);
            }
        }
        let named = [
            ("source bucket", &self.options.buckets.source),
            ("destination bucket", &self.options.buckets.destination),
        ];
        for (probe, bucket) in named.map(|(probe, bucket)| (probe, bucket.clone())) {
            let Some(bucket) = bucket else {
                self.ok(probe, "none named, so a run makes one of its own".to_owned());
                continue;
            };
            if probe == "source bucket" {
                let versioning = self.endpoint.send_s3(&get(&format!("/{bucket}?versioning="))).await;
                if !versioning.is_ok_and(|response| {
                    String::from_utf8_lossy(&response.body).contains("<Status>Enabled<")
                }) {
                    self.warn(
                        "versioning",
                        format!("not switched on in {bucket}"),
                        "AWS signs from versioned buckets only",
                    );
                }
            }
            let target = format!("/{bucket}/{}/doctor", self.context.prefix.to_lowercase());
            match self.endpoint.send_s3(&put(target.clone(), b"doctor")).await {
                Ok(response) if response.is_success() => {
                    let remove = Request { method: "DELETE".to_owned(), target, ..Request::default() };
                    let removed =
                        self.endpoint.send_s3(&remove).await.is_ok_and(|response| response.is_success());
                    let left = if removed { "" } else { "; the object that was put there to see so stays" };
                    self.ok(probe, format!("{bucket} can be written{left}"));
                }
                Ok(response) => {
                    let found =
                        format!("{bucket} cannot be written: {} {}", response.status, excerpt(&response));
                    self.fail(probe, found, "name another one, or let the identity write to it");
                }
                Err(silence) => self.fail(probe, format!("{bucket}: {silence}"), "see --s3-endpoint"),
            }
        }
    }
}
