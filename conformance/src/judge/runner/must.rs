//! Calls whose outcome a scene depends on: what must succeed or be refused, and lists to their end.

use serde_json::Value;
use signer_model::Account;
use signer_schemas::Operation;

use crate::data::body::Json;
use crate::judge::runner::case::Case;
use crate::judge::runner::step::Flow;
use crate::judge::runner::talk::{Stop, Told};
use crate::operations;
use crate::operations::adapter::Listing;

impl Case<'_> {
    /// The answer must be a success, or the scene cannot go on; a refusal is held against the requirement.
    pub(crate) async fn must(
        &mut self,
        requirement: &str,
        operation: Operation,
        input: Value,
    ) -> Result<Told, Stop> {
        let told = self.ask(operation, input).await?;
        self.accepted(requirement, &told);
        if told.is_success() { Ok(told) } else { Err(Stop) }
    }

    /// The call must be refused; an answer is held against the requirement.
    pub(crate) async fn must_refuse(
        &mut self,
        requirement: &str,
        operation: Operation,
        input: Value,
    ) -> Result<Told, Stop> {
        self.must_refuse_to(Account::Owner, requirement, operation, input).await
    }

    /// The same, for another caller than the owner.
    pub(crate) async fn must_refuse_to(
        &mut self,
        by: Account,
        requirement: &str,
        operation: Operation,
        input: Value,
    ) -> Result<Told, Stop> {
        let told = self.ask_by(by, operation, input).await?;
        self.refused(requirement, &told);
        Ok(told)
    }

    /// Asks in values; status and error type settle the open point.
    pub(crate) async fn ask_open(
        &mut self,
        point: &str,
        operation: Operation,
        input: Value,
    ) -> Result<Told, Stop> {
        let told = self.ask(operation, input).await?;
        self.open_by_class(point, &told);
        Ok(told)
    }

    /// All pages of a list, as the owner; the walk is judged.
    pub(crate) async fn pages(&mut self, operation: Operation, input: Value) -> Result<Vec<Json>, Stop> {
        self.pages_by(Account::Owner, operation, input).await
    }

    /// All pages of a list; the walk is judged.
    pub(crate) async fn pages_by(
        &mut self,
        by: Account,
        operation: Operation,
        input: Value,
    ) -> Result<Vec<Json>, Stop> {
        if let Value::Object(members) = &input {
            let document = self.has(operation)?;
            self.await_walk(by, document, members).await;
        }
        let first = self.ask_by(by, operation, input.clone()).await?;
        self.hold(&format!("{operation}/lists"), first.is_success(), "success", &first.words());
        if !first.is_success() {
            return Err(Stop);
        }
        let document = self.has(operation)?;
        let (Some(list), Value::Object(input)) = (&operations::adapter(operation).list, input) else {
            return Ok(vec![first.body]);
        };
        match self.walk(Listing { list, by, document, input: &input }, first.body).await {
            Flow::Continue(pages) => Ok(pages),
            Flow::Break(()) => Err(Stop),
        }
    }
}
