//! Which operations answer, and of which edition they are.

use std::collections::BTreeSet;

use signer_model::Account;
use signer_schemas::{Edition, Operation};

use crate::data::exchange::Silence;
use crate::run::preflight::asking::request;
use crate::run::preflight::doctor::Visit;
use crate::run::preflight::recognise::{Impression, is_of_a_signer, is_unimplemented};

impl Visit<'_> {
    /// The operations of either edition that answer as if they were there, and what their answers together
    /// look like.
    pub(super) async fn operations(&mut self) -> Result<(BTreeSet<Operation>, Impression), Silence> {
        let mut present = BTreeSet::new();
        let mut impression = Impression::default();
        for document in signer_schemas::operations(Edition::Current) {
            let operation = document.operation;
            let mut context = self.context.clone();
            context.edition = Edition::Current;
            let mut asked = request(&context, operation);
            if operation == Operation::PutSigningProfile {
                // Refused for its platform, so that no profile is made.
                asked.body = br#"{"platformId":"NoSuchPlatform-Doctor"}"#.to_vec();
            }
            let response = self.endpoint.send(Account::Owner, &asked).await?;
            impression.take(document, &response);
            if !is_unimplemented(&response) && !(300..400).contains(&response.status) {
                present.insert(operation);
            }
            if operation == Operation::PutSigningProfile
                && response.is_success()
                && is_of_a_signer(document, &response)
            {
                self.warn(
                    "platforms",
                    "a profile on a platform that is not there was made all the same".to_owned(),
                    "a deviation; the profile's name begins with the run's prefix",
                );
            }
        }
        Ok((present, impression))
    }

    pub(super) fn edition(&mut self, present: &BTreeSet<Operation>) {
        let missing = |edition| {
            let documents = signer_schemas::operations(edition).iter().map(|document| document.operation);
            documents
                .filter(|operation| !present.contains(operation))
                .map(Operation::name)
                .collect::<Vec<_>>()
        };
        let (wanted, other) = (
            self.options.edition,
            match self.options.edition {
                Edition::Current => Edition::May2019,
                Edition::May2019 => Edition::Current,
            },
        );
        let absent = missing(wanted);
        let of = signer_schemas::operations(wanted).len();
        if absent.is_empty() {
            self.ok("operations", format!("all {of} of the edition {wanted}"));
        } else {
            let advice = "each counts as unimplemented; a ledger says that it is known";
            self.warn(
                "operations",
                format!("{} of {of}; not there: {}", of - absent.len(), absent.join(", ")),
                advice,
            );
        }
        // What the edition of 2019 has, the current one has, too.
        let older = wanted == Edition::Current
            && !absent.is_empty()
            && present
                .iter()
                .all(|operation| signer_schemas::operation(Edition::May2019, *operation).is_some());
        let newer = wanted == Edition::May2019 && missing(other).is_empty();
        if older || newer {
            self.warn(
                "edition",
                format!("it looks like the edition {other}"),
                &format!("certify with --edition {other}"),
            );
        } else {
            self.ok("edition", format!("{wanted} fits"));
        }
    }
}
