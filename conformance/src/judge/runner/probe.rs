//! Near-misses: a valid call with one member changed.

use serde_json::{Map, Value, json};
use signer_model::{Admission, Call, Reply, Request};
use signer_schemas::OperationDoc;

use crate::data::detector::Detector;
use crate::data::finding::{Complaint, Verdict};
use crate::data::program::{Change, Probe};
use crate::judge::runner::admitted::fitting;
use crate::judge::runner::case::Case;
use crate::judge::runner::step::{Came, Flow};
use crate::judge::runner::talk::Told;
use crate::line::wire::encode::encode;
use crate::operations;

impl Case<'_> {
    pub(super) async fn probe(&mut self, probe: &Probe) -> Flow {
        let call = self.adapt(&probe.call);
        let Some(document) = self.document(&call)? else { return Flow::Continue(()) };
        if self.needs_platform_of(&call).is_err() {
            return Flow::Break(());
        }
        if let Change::Raw(text) = &probe.change {
            return self.malformed(&call, document, probe, text).await;
        }
        let mut input = operations::input(self.runner.context, &self.oracle.bindings, &call);
        change(&mut input, &probe.member, &probe.change);
        if self.make_own(&probe.member, &mut input).await.is_err() {
            return Flow::Break(());
        }
        self.exercise(&probe.requirement);
        let told = |permitted: &str, observed: String| Complaint {
            requirement: probe.requirement.clone(),
            summary: match probe.member.as_str() {
                "" => format!("{call}, {}", describe(&probe.change, probe.valid)),
                member => format!("{call} with `{member}` {}", describe(&probe.change, probe.valid)),
            },
            permitted: vec![permitted.to_owned()],
            observed,
        };
        if probe.valid {
            return self.kept(&call, document, &input, told).await;
        }
        let mut request = encode(document, &input);
        match &probe.change {
            Change::Body(text) => request.body = text.clone().into_bytes(),
            Change::Signature(_) if !self.runner.target.capabilities.auth => {
                self.end(Verdict::Skipped, "the target authenticates nobody");
                return Flow::Break(());
            }
            Change::Signature(signature) => request.signature = *signature,
            Change::Remove
            | Change::Set(_)
            | Change::Length(_)
            | Change::Prefix(_)
            | Change::Suffix(_)
            | Change::Raw(_) => {}
        }
        let response = match self.exchange(call.by, document, &request).await {
            Ok(response) => response,
            Err(silence) => {
                self.silent(&silence);
                return Flow::Break(());
            }
        };
        let answer = Told::new(Some(document), response);
        if !(400..500).contains(&answer.response.status) {
            self.complain(
                document.operation,
                Detector::NearMiss,
                told("the value breaks the constraint, so the call is refused", answer.words()),
            );
            return if answer.is_success() { Flow::Break(()) } else { Flow::Continue(()) };
        }
        if self.may_be_refused_as(&call, &answer) {
            return Flow::Continue(());
        }
        if probe.requirement.contains("/input/") {
            self.open_by_class(open_row(probe, document), &answer);
        } else if let Some(row) = signer_schemas::requirement(&probe.requirement)
            && !row.refusals.is_empty()
            && fitting(&row.refusals, self.program.edition, &answer).is_none()
        {
            let complaint = Complaint { permitted: row.refusals.clone(), ..told("", answer.words()) };
            self.complain(document.operation, Detector::NearMiss, complaint);
        }
        Flow::Continue(())
    }

    /// Sends a value that just keeps the constraint. A refusal of it is a matter of the constraint, not of the
    /// state. So is one that the state would explain only against a requirement of its own.
    async fn kept(
        &mut self,
        call: &Call,
        document: &'static OperationDoc,
        input: &Map<String, Value>,
        told: impl Fn(&str, String) -> Complaint,
    ) -> Flow {
        if let (Request::PutSigningProfile { profile, .. }, Some(Value::String(name))) =
            (call.request, input.get("profileName"))
        {
            self.oracle.bindings.rename(profile, name);
        }
        let before = self.sheet.findings();
        let reply = self.put(call, document, input).await;
        let refused = matches!(reply, Flow::Break(()) | Flow::Continue(Came::Reply(Reply::Refused(_))));
        if let (true, Some(observed)) = (refused, self.sheet.refused_since(before)) {
            let complaint = told("the value keeps the constraint, so it is accepted", observed);
            self.complain(document.operation, Detector::NearMiss, complaint);
        }
        reply.map_continue(|_| ())
    }

    /// Whether the call may be refused so without anything that is wrong in it: what it names is not there,
    /// say.
    fn may_be_refused_as(&self, call: &Call, answer: &Told) -> bool {
        let error = answer.response.error_type();
        self.oracle.worlds.permitted(call).iter().any(|one| match one.reply {
            Reply::Refused(refusal) => {
                one.admission != Admission::Contradicted && error.as_deref() == Some(refusal.id())
            }
            _ => false,
        })
    }
}

/// The open point that says how this broken constraint may be answered. What is of another type, or missing,
/// names nothing.
fn open_row(probe: &Probe, document: &OperationDoc) -> &'static str {
    const OF_THE_SERVICE: &[&str] =
        &["jobId", "platformId", "principal", "profileName", "profileVersion", "resourceArn", "statementId"];
    const OF_OTHERS: &[&str] =
        &["certificateArn", "bucketName", "key", "version", "jobOwner", "profileOwner"];
    let is_a_name = !probe.requirement.ends_with("/type") && !probe.requirement.ends_with("/required");
    let member = probe.member.rsplit('.').next().unwrap_or_default();
    if is_a_name && OF_THE_SERVICE.contains(&member) {
        "common/broken-name"
    } else if is_a_name && OF_OTHERS.contains(&member) {
        "common/broken-foreign-name"
    } else if document.errors.iter().any(|error| error.name == "ValidationException") {
        "common/declared-validation"
    } else {
        "common/undeclared-validation"
    }
}

/// How a change reads in a sentence.
fn describe(change: &Change, valid: bool) -> String {
    let what = match change {
        Change::Remove => "left out".to_owned(),
        Change::Set(value) => format!("set to {}", value.to_string().chars().take(80).collect::<String>()),
        Change::Length(length) => format!("made {length} characters long"),
        Change::Prefix(text) => format!("prefixed with {text:?}"),
        Change::Suffix(text) => format!("with {text:?} behind it"),
        Change::Raw(text) => format!("written as `{text}`"),
        Change::Body(text) => format!("with the body `{text}`"),
        Change::Signature(signature) => format!("signed so: {signature:?}"),
    };
    format!("{what}, which {} the constraint", if valid { "keeps" } else { "breaks" })
}

/// Applies a change at `a.b`, `tags{key}`, `tags{value}` or `statuses[]`.
pub(crate) fn change(input: &mut Map<String, Value>, member: &str, change: &Change) {
    let (head, rest) = match member.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (member, None),
    };
    if let Some(rest) = rest {
        let inner = input.entry(head).or_insert_with(|| json!({}));
        if let Value::Object(inner) = inner {
            self::change(inner, rest, change);
        }
        return;
    }
    if let Some(map) = head.strip_suffix("{key}") {
        if let Value::Object(entries) = input.entry(map).or_insert_with(|| json!({ "key0": "alpha" })) {
            let Some((key, value)) = entries.iter().next().map(|(key, value)| (key.clone(), value.clone()))
            else {
                return;
            };
            entries.remove(&key);
            if let Some(Value::String(key)) = changed(Some(&json!(key)), change) {
                entries.insert(key, value);
            }
        }
        return;
    }
    if let Some(map) = head.strip_suffix("{value}") {
        if let Value::Object(entries) = input.entry(map).or_insert_with(|| json!({ "key0": "alpha" }))
            && let Some(value) = entries.values_mut().next()
        {
            *value = changed(Some(value), change).unwrap_or(Value::Null);
        }
        return;
    }
    if let Some(list) = head.strip_suffix("[]") {
        let items = input.entry(list).or_insert_with(|| json!([]));
        if let Value::Array(items) = items {
            let value = changed(items.first(), change).unwrap_or(Value::Null);
            match items.first_mut() {
                Some(first) => *first = value,
                None => items.push(value),
            }
        }
        return;
    }
    if head.is_empty() {
        return;
    }
    match changed(input.get(head), change) {
        Some(value) => {
            input.insert(head.to_owned(), value);
        }
        None => {
            input.remove(head);
        }
    }
}

fn changed(value: Option<&Value>, change: &Change) -> Option<Value> {
    let text = || value.and_then(Value::as_str).unwrap_or_default();
    match change {
        Change::Remove => None,
        Change::Set(value) => Some(value.clone()),
        Change::Length(length) => {
            let length = usize::try_from(*length).unwrap_or_default();
            Some(json!(text().chars().chain(std::iter::repeat('a')).take(length).collect::<String>()))
        }
        Change::Prefix(prefix) => Some(json!(format!("{prefix}{}", text()))),
        Change::Suffix(suffix) => Some(json!(format!("{}{suffix}", text()))),
        Change::Raw(_) | Change::Body(_) | Change::Signature(_) => value.cloned(),
    }
}
