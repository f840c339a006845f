//! What a scene can do: calls in symbols, which the model judges, and in values, which it judges itself.

use serde_json::{Map, Value};
use signer_model::{Account, Call, Profile, Request as Ask};
use signer_schemas::{Edition, Operation, OperationDoc};

use crate::data::body::Json;
use crate::data::context::Context;
use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::finding::Verdict;
use crate::judge::runner::case::{Case, InWords};
use crate::judge::runner::list::next_token;
use crate::judge::runner::step::{Came, Flow};
use crate::line::wire::encode::encode;

/// The scene ends here; why is in the case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop;

/// How a scene ends.
pub(crate) type Played = Result<(), Stop>;

/// An answer in values.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// The operation that was asked; none for a request that belongs to no operation.
    pub(super) document: Option<&'static OperationDoc>,
    pub(crate) response: Response,
    /// The body, `null` if it is not JSON.
    pub(crate) body: Json,
}

impl Told {
    pub(super) fn new(document: Option<&'static OperationDoc>, response: Response) -> Self {
        let body = response.json().unwrap_or_default();
        Self { document, response, body }
    }

    pub(crate) const fn is_success(&self) -> bool {
        self.response.is_success()
    }

    /// The text at a JSON Pointer; empty if there is none.
    pub(crate) fn text(&self, pointer: &str) -> String {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// What is at a JSON Pointer; `null` if nothing is.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// When the service sent the answer, by its own clock, in epoch seconds.
    pub(crate) fn date_s(&self) -> Option<f64> {
        let date = jiff::fmt::rfc2822::parse(self.response.header("date")?).ok()?;
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
        Some(date.timestamp().as_second() as f64)
    }

    /// Status and error type, or status alone.
    pub(crate) fn class(&self) -> String {
        match self.response.error_type().filter(|_| !self.is_success()) {
            Some(error) => format!("{} {error}", self.response.status),
            None => self.response.status.to_string(),
        }
    }

    /// The answer in the target's words.
    pub(crate) fn words(&self) -> String {
        InWords::of(&self.response).to_string()
    }
}

impl Case<'_> {
    pub(super) async fn scene(&mut self, name: &str) -> Flow {
        let Some(scene) = (self.runner.scenes.0)(name) else {
            self.end(
                Verdict::Error,
                format!("there is no scene called {name:?}; `requirements` and the plan name them all"),
            );
            return Flow::Break(());
        };
        self.subject = Some(scene.operation);
        let played = scene.play.play(self).await;
        // A scene that was played to its end and asked less than it says has a mistake of ours.
        let unasked = scene.requirements_in(self.program.edition).find(|id| !self.sheet.has_exercised(id));
        if let (Ok(()), Some(id), true) =
            (played, unasked, self.sheet.findings() == 0 && !self.sheet.has_ended())
        {
            self.end(Verdict::Error, format!("the scene never put {id} to the test"));
        }
        Flow::Continue(())
    }

    pub(crate) const fn edition(&self) -> Edition {
        self.program.edition
    }

    pub(crate) const fn context(&self) -> &Context {
        self.runner.context
    }

    /// A name of the case's own.
    pub(crate) fn fresh(&self, text: &str) -> String {
        self.oracle.bindings.fresh(text)
    }

    /// The name of a profile's symbol.
    pub(crate) fn name_of(&self, profile: Profile) -> String {
        self.oracle.bindings.name(profile).to_owned()
    }

    /// The target's host and port.
    pub(crate) fn host(&self) -> &str {
        &self.runner.target.host
    }

    /// Makes a call as the owner and has the model judge it; gives the last answer's body.
    pub(crate) async fn model(&mut self, request: Ask) -> Result<Json, Stop> {
        self.model_by(request.by_owner()).await
    }

    /// Makes a call and has the model judge it; gives the last answer's body.
    pub(crate) async fn model_by(&mut self, call: Call) -> Result<Json, Stop> {
        self.needs_platform_of(&call)?;
        match self.call(&call).await {
            Flow::Continue(Came::Reply(_)) => Ok(self.last.clone().unwrap_or_default()),
            // Scenes go by what answers tell.
            Flow::Continue(Came::Nothing | Came::LeftOut) if self.sheet.misses_an_answer() => Err(Stop),
            Flow::Continue(Came::Nothing | Came::LeftOut) => {
                self.end(
                    Verdict::Unimplemented,
                    format!("the target does not have {}", call.request.operation()),
                );
                Err(Stop)
            }
            Flow::Break(()) => Err(Stop),
        }
    }

    /// Asks in values, as the owner.
    pub(crate) async fn ask(&mut self, operation: Operation, input: Value) -> Result<Told, Stop> {
        self.ask_by(Account::Owner, operation, input).await
    }

    /// Asks in values. Only the checks look at the answer.
    pub(crate) async fn ask_by(
        &mut self,
        by: Account,
        operation: Operation,
        input: Value,
    ) -> Result<Told, Stop> {
        let request = self.request(operation, input)?;
        self.send_raw(by, operation, &request).await
    }

    /// Asks in values, as the owner, in another Region.
    pub(crate) async fn ask_in(
        &mut self,
        region: &str,
        operation: Operation,
        input: Value,
    ) -> Result<Told, Stop> {
        let request = Request { region: Some(region.to_owned()), ..self.request(operation, input)? };
        self.send_raw(Account::Owner, operation, &request).await
    }

    /// The request for an input in values, to be changed further.
    pub(crate) fn request(&mut self, operation: Operation, input: Value) -> Result<Request, Stop> {
        let document = self.has(operation)?;
        let input = match input {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Ok(encode(document, &input))
    }

    /// Sends a request as it stands, as one of the operation.
    pub(crate) async fn send_raw(
        &mut self,
        by: Account,
        operation: Operation,
        request: &Request,
    ) -> Result<Told, Stop> {
        let document = self.has(operation)?;
        match self.exchange(by, document, request).await {
            // A body that cannot be read is found by the check of every body, and nothing else can be told of
            // it.
            Ok(response)
                if response.is_success() && document.output.is_some() && response.json().is_none() =>
            {
                Err(Stop)
            }
            Ok(response) => Ok(Told::new(Some(document), response)),
            Err(silence) => {
                self.silent(&silence);
                Err(Stop)
            }
        }
    }

    /// Sends a request that a server may refuse before it has read it: none, if the connection broke.
    pub(crate) async fn send_unread(
        &mut self,
        operation: Operation,
        request: &Request,
    ) -> Result<Option<Told>, Stop> {
        let document = self.has(operation)?;
        match self.exchange(Account::Owner, document, request).await {
            Ok(response) => Ok(Some(Told::new(Some(document), response))),
            Err(Silence::Broken(_)) => Ok(None),
            Err(silence) => {
                self.silent(&silence);
                Err(Stop)
            }
        }
    }

    /// Sends a request that belongs to no operation; no check looks at the answer.
    pub(crate) async fn send_stray(&mut self, request: &Request) -> Result<Told, Stop> {
        self.sheet.step_taken();
        match self.send(Account::Owner, Service::Signer, request, None).await {
            Ok(response) => Ok(Told::new(None, response)),
            Err(silence) => {
                self.silent(&silence);
                Err(Stop)
            }
        }
    }

    /// The token of the next page.
    pub(crate) fn token(page: &Value) -> Option<String> {
        next_token(page)
    }

    pub(super) fn has(&mut self, operation: Operation) -> Result<&'static OperationDoc, Stop> {
        let missing = self.runner.target.unimplemented.contains(&operation);
        if let Some(document) =
            signer_schemas::operation(self.program.edition, operation).filter(|_| !missing)
        {
            self.sheet.step_taken();
            return Ok(document);
        }
        self.end(Verdict::Unimplemented, format!("the target does not have {operation}"));
        Err(Stop)
    }

    /// Lets time pass.
    pub(crate) async fn wait(&self, time: std::time::Duration) {
        self.runner.endpoint.pause(time).await;
    }
}

/// `input` with more members.
pub(crate) fn with(mut input: Value, more: &Value) -> Value {
    if let (Value::Object(members), Value::Object(more)) = (&mut input, more) {
        members.extend(more.clone());
    }
    input
}
