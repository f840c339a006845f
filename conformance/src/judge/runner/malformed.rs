//! Requests that the wire's protocol forbids: a valid call in which one text is none that a client could
//! mean.

use serde_json::json;
use signer_model::Call;
use signer_schemas::OperationDoc;

use crate::data::detector::Detector;
use crate::data::finding::Complaint;
use crate::data::program::{Change, Probe};
use crate::judge::runner::case::{Case, InWords};
use crate::judge::runner::probe::change;
use crate::judge::runner::step::{Flow, changes_state};
use crate::judge::runner::talk::Told;
use crate::line::wire::raw::{MARK, encode_around, encode_with};
use crate::operations;

/// Which error it is, the protocol's own tests say, but no document of the service.
const WHICH_ERROR: &str = "common/malformed-value-error";

impl Case<'_> {
    /// Sends the call with the text in its place. Whatever the state, such a request is refused with status
    /// 400.
    pub(super) async fn malformed(
        &mut self,
        call: &Call,
        document: &'static OperationDoc,
        probe: &Probe,
        text: &str,
    ) -> Flow {
        let mut input = operations::input(self.runner.context, &self.oracle.bindings, call);
        let request = if probe.member.is_empty() {
            encode_around(document, &input, text)
        } else {
            change(&mut input, &probe.member, &Change::Set(json!(MARK)));
            encode_with(document, &input, text)
        };
        self.exercise(&probe.requirement);
        let response = match self.exchange(call.by, document, &request).await {
            Ok(response) => response,
            Err(silence) => {
                self.silent(&silence);
                return Flow::Break(());
            }
        };
        if response.status == 400 {
            self.open_by_class(WHICH_ERROR, &Told::new(Some(document), response));
            return Flow::Continue(());
        }
        let place =
            if probe.member.is_empty() { "its body".to_owned() } else { format!("`{}`", probe.member) };
        self.complain(
            document.operation,
            Detector::NearMiss,
            Complaint {
                requirement: probe.requirement.clone(),
                summary: format!("{call} with {place} written as `{text}`, which the protocol forbids"),
                permitted: vec!["a refusal with status 400".to_owned()],
                observed: InWords::of(&response).to_string(),
            },
        );
        // What such a call has changed is not known, so that the rest of the case would be judged against
        // another state.
        if response.is_success() && changes_state(document.operation) {
            Flow::Break(())
        } else {
            Flow::Continue(())
        }
    }
}
