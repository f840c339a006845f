//! The options of a connection in words, so that the same target can be asked again.

use signer_conformance::report::shell_word;
use signer_conformance::transport::without_userinfo;

use crate::connection::{CA_BUNDLE, Connection, DEFAULT_REGION};

impl Connection {
    /// The options that ask the same target again; secrets are left to the environment.
    pub fn replay_options(&self) -> String {
        let mut words = Vec::new();
        if let Some(url) = self.url() {
            words.push(format!("--endpoint {}", shell_word(&without_userinfo(url))));
        }
        if let Some(url) = self.s3_endpoint.as_deref() {
            words.push(format!("--s3-endpoint {}", shell_word(&without_userinfo(url))));
        }
        for (option, bucket) in
            [("--source-bucket", &self.source_bucket), ("--destination-bucket", &self.destination_bucket)]
        {
            words.extend(bucket.iter().map(|bucket| format!("{option} {}", shell_word(bucket))));
        }
        if self.no_sign_request {
            words.push("--no-sign-request".to_owned());
        }
        if self.insecure {
            words.push("--insecure".to_owned());
        } else if self.ca_file.is_some() {
            // Where it lies is private.
            words.push(format!("--ca-file \"${CA_BUNDLE}\""));
        }
        if self.region != DEFAULT_REGION {
            words.push(format!("--region {}", shell_word(&self.region)));
        }
        words.extend(
            self.second_region.iter().map(|region| format!("--second-region {}", shell_word(region))),
        );
        if self.yes_i_will_be_billed {
            words.push("--yes-i-will-be-billed".to_owned());
        }
        words.extend(self.fault.iter().map(|id| format!("--fault {id}")));
        words.extend(self.freedom_seed.map(|seed| format!("--freedom-seed {seed}")));
        words.extend(self.freedom.iter().map(|choice| format!("--freedom {choice}")));
        words.join(" ")
    }
}
