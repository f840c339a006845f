//! Answers that depart, asked for again by themselves, so that what is told is what they depart from.

use serde_json::{Map, Value, json};
use signer_model::{Account, Admission, Call, Grant, Permitted, Principal, Profile, Reply, Request};
use signer_schemas::{Operation, OperationDoc};

use crate::data::body::Json;
use crate::data::exchange::Response;
use crate::judge::runner::case::{Case, InWords};
use crate::judge::runner::step::{Came, Flow};
use crate::line::wire::encode::encode;
use crate::operations::adapter::Listing;
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
        let (Some(first), Some(list)) = (response.json(), &operations::adapter(document.operation).list)
        else {
            return Flow::Break(());
        };
        let pages = self.walk(Listing { list, by: call.by, document, input }, first).await?;
        let Read { reply, .. } =
            operations::read(self.runner.context, &mut self.oracle.bindings, call, input, &pages);
        let Some(reply) = reply else { return Flow::Break(()) };
        self.verdict(call, reply, &InWords::of(&response), None).map_continue(Came::Reply)
    }

    /// The requirement that an answer against all rules departs from, if a profile of its own shows that it
    /// is another one than the answer seems to be about.
    pub(super) async fn isolated(&mut self, call: &Call, reply: &Reply) -> Option<&'static str> {
        let fits = |one: &Permitted| one.reply == *reply && one.admission != Admission::Contradicted;
        let breaks_rules = || !self.oracle.worlds.permitted(call).iter().any(fits);
        match (call.request, reply) {
            _ if call.by != Account::Owner => None,
            (Request::AddProfilePermission { profile, grant, .. }, Reply::Refused(_)) if breaks_rules() => {
                self.isolated_grant(profile, grant).await
            }
            (Request::ListTagsForResource { profile }, Reply::Tags(_)) if breaks_rules() => {
                self.isolated_tags(profile).await
            }
            _ => None,
        }
    }

    /// Tags that are not listed are given to a profile of its own, which is tagged then: if the tag is listed
    /// there and those given before are not, the list is right, and `PutSigningProfile` drops them.
    async fn isolated_tags(&mut self, profile: Profile) -> Option<&'static str> {
        self.oracle.bindings.template(profile).get("tags")?;
        let [put, tag] = [Operation::PutSigningProfile, Operation::TagResource]
            .map(|operation| signer_schemas::operation(self.program.edition, operation));
        let name = self.fresh("isolated");
        let mut given = self.oracle.bindings.template(profile).clone();
        given.insert("profileName".to_owned(), json!(name));
        let made = self.success(put?, &Value::Object(given)).await?;
        let arn = made.get("arn")?;
        let input = json!({ "resourceArn": arn, "tags": { "isolated": "v" } });
        self.success(tag?, &input).await?;
        let list = signer_schemas::operation(self.program.edition, Operation::ListTagsForResource)?;
        let listed = self.success(list, &json!({ "resourceArn": arn })).await?;
        (listed.get("tags")? == &json!({ "isolated": "v" })).then_some("PutSigningProfile/tags-kept")
    }

    /// A permission that is refused is added to a profile of its own: if the action alone, or the principal,
    /// is refused there as well, that is what the refusal is about, and not what the profile had before.
    async fn isolated_grant(&mut self, profile: Profile, grant: Grant) -> Option<&'static str> {
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
        Some(self.beside(document, input).await?.is_success())
    }

    /// The body of a success.
    async fn success(&mut self, document: &'static OperationDoc, input: &Value) -> Option<Json> {
        let response = self.beside(document, input).await.filter(Response::is_success)?;
        Some(response.json().unwrap_or_default())
    }

    /// The answer to a call that is none of the program's.
    async fn beside(&mut self, document: &'static OperationDoc, input: &Value) -> Option<Response> {
        let request = encode(document, input.as_object()?);
        let last = self.last.clone();
        let response = self.exchange(Account::Owner, document, &request).await.ok()?;
        self.last = last;
        Some(response)
    }
}
