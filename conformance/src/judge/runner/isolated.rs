//! Answers that depart, asked for again by themselves, so that what is told is what they depart from.

use serde_json::{Map, Value, json};
use signer_model::{Account, Admission, Call, Permitted, Principal, Reply, Request};
use signer_schemas::{Operation, OperationDoc};

use crate::judge::runner::case::{Case, in_words};
use crate::judge::runner::step::{Came, Flow};
use crate::line::wire::encode::encode;
use crate::operations::{self, Read};

impl Case<'_> {
    /// Whether the list could be what it is only if jobs had not ended yet that some source says have.
    pub(super) fn is_list_against_jobs(&self, call: &Call, reply: &Reply) -> bool {
        let mut fitting =
            self.oracle.worlds.permitted(call).into_iter().filter(|one| one.reply == *reply).peekable();
        matches!(reply, Reply::Jobs(_))
            && fitting.peek().is_some()
            && fitting.all(|one| one.admission == Admission::Contradicted)
    }

    /// Describes the jobs that are known and lists them again: by now their statuses are known, and what is
    /// still wrong with the list is a matter of the list.
    pub(super) async fn list_again(
        &mut self,
        call: &Call,
        document: &'static OperationDoc,
        input: &Map<String, Value>,
    ) -> Flow<Came> {
        for job in (0..).take(signer_model::JOBS).map(signer_model::Job) {
            if self.oracle.bindings.told_job(job).is_some() {
                self.asked(Request::DescribeSigningJob { job }.by_owner()).await?;
            }
        }
        let Ok(response) = self.exchange(call.by, document, &encode(document, input)).await else {
            return Flow::Continue(Came::Nothing);
        };
        let observed = in_words(&response);
        let (Some(first), Some(list)) = (response.json(), &operations::adapter(document.operation).list)
        else {
            return Flow::Break(());
        };
        let pages = self.walk(list, call.by, document, input, first).await?;
        let Read { reply, .. } =
            operations::read(self.runner.context, &mut self.oracle.bindings, call, input, &pages);
        let Some(reply) = reply else { return Flow::Break(()) };
        self.verdict(call, reply, &observed, None).map_continue(Came::Reply)
    }

    /// A permission that is refused against all rules is added to a profile of its own: if the action alone,
    /// or the principal, is refused there as well, that is what the refusal is about, and not what the
    /// profile had before.
    pub(super) async fn isolated(&mut self, call: &Call, reply: &Reply) -> Option<&'static str> {
        let Request::AddProfilePermission { profile, grant, .. } = call.request else { return None };
        let fits = |one: &Permitted| one.reply == *reply && one.admission != Admission::Contradicted;
        if call.by != Account::Owner || self.oracle.worlds.permitted(call).iter().any(fits) {
            return None;
        }
        let platform = self.oracle.worlds.states().first()?.profile(profile).platform;
        let put = signer_schemas::operation(self.program.edition, Operation::PutSigningProfile)?;
        let add = signer_schemas::operation(self.program.edition, Operation::AddProfilePermission)?;
        let name = self.fresh("isolated");
        let input = json!({ "profileName": name, "platformId": platform.id() });
        if !self.is_accepted(put, &input).await? {
            return None;
        }
        let alone = |id: &str, principal: &str| json!({ "profileName": name, "statementId": id, "action": grant.action.id(), "principal": principal });
        let account = alone("account", &self.runner.context.other_account);
        if !self.is_accepted(add, &account).await? {
            return Some("AddProfilePermission/actions");
        }
        if grant.principal == Principal::Role {
            let name = self.fresh("isolated2");
            let input = json!({ "profileName": name, "platformId": platform.id() });
            let role = json!({
                "profileName": name,
                "statementId": "role",
                "action": grant.action.id(),
                "principal": self.runner.context.role_arn(),
            });
            if self.is_accepted(put, &input).await? && !self.is_accepted(add, &role).await? {
                return Some("AddProfilePermission/principal");
            }
        }
        None
    }

    /// Whether the call succeeds; none if no answer came.
    async fn is_accepted(&mut self, document: &'static OperationDoc, input: &Value) -> Option<bool> {
        let request = encode(document, input.as_object()?);
        let last = self.last.clone();
        let response = self.exchange(Account::Owner, document, &request).await.ok()?;
        self.last = last;
        Some(response.is_success())
    }
}
