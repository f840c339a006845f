//! Lists: the walk over the pages, and entries beside what describing each by itself tells.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use signer_model::{Call, JobView, ProfileView, Reply};
use signer_schemas::{Edition, OperationDoc, RequirementId};

use crate::data::body::Json;
use crate::data::departure::RootKey;
use crate::data::detector::Detector;
use crate::data::exchange::Silence;
use crate::data::finding::Complaint;
use crate::judge::runner::case::{Case, InWords};
use crate::judge::runner::followed::{Followed, Kind};
use crate::judge::runner::step::{Came, Flow};
use crate::line::wire::encode::encode;
use crate::operations;
use crate::operations::adapter::Listing;
use crate::operations::values::items;

impl Case<'_> {
    /// Follows `nextToken` from the first page to the end, or as far as such lists are followed in this run.
    pub(super) async fn walk(&mut self, listing: Listing<'_>, first: Json) -> Flow<Vec<Json>> {
        let kind = Kind::of(listing.document.operation, listing.input);
        let is_alone = self.conversation.company.is_alone;
        let asks = listing.list.is_of_account && !self.conversation.was_given();
        let plan = self.conversation.company.plan.filter(|_| asks);
        let limit = plan.map_or_else(|| Followed::most(kind), |plan| plan.followed().limit(kind, is_alone));
        let began = self.conversation.last_index();
        let pages = self.follow(listing, first, limit).await;
        if let (Some(plan), Some(walk)) = (plan, self.conversation.exchanges.get(began..)) {
            plan.followed().take(kind, walk, &self.runner.context.prefix, is_alone);
        }
        pages
    }

    /// Follows `nextToken` to the end, or for so many pages, and no further for that reason.
    async fn follow(
        &mut self,
        listing: Listing<'_>,
        first: Json,
        (most, beyond): (usize, Silence),
    ) -> Flow<Vec<Json>> {
        let Listing { list, by, document, input } = listing;
        let mut pages = vec![first];
        let mut tokens = BTreeSet::new();
        let mut shown = BTreeSet::new();
        while let Some(token) = pages.last().and_then(|page| next_token(page)) {
            // A page with nothing but what was shown before comes from a list that goes round.
            let keys: Vec<&str> = items(&pages[pages.len() - 1..], list.items)
                .filter_map(|item| item.get(list.key)?.as_str())
                .collect();
            if !keys.is_empty() && keys.iter().filter(|key| shown.insert((**key).to_owned())).count() == 0 {
                self.page_sizes(listing, &pages);
                return Flow::Break(());
            }
            if !tokens.insert(token.clone()) {
                self.page_complaint(
                    document,
                    "next-token-ends",
                    "following nextToken comes to an end",
                    "a token not given before",
                    &token,
                );
                return Flow::Break(());
            }
            let mut next = input.clone();
            next.insert("nextToken".to_owned(), json!(token));
            let request = encode(document, &next);
            if pages.len() >= most && !self.conversation.company.is_of_log {
                self.conversation.leave_out(by, &request, beyond.clone());
            }
            let response = match self.exchange(by, document, &request).await {
                Ok(response) => response,
                Err(silence) => {
                    self.silent(&silence);
                    return Flow::Break(());
                }
            };
            if !response.is_success() {
                let observed = InWords::of(&response).to_string();
                self.sheet.absorb_crash(self.conversation.step);
                self.page_complaint(
                    document,
                    "complete",
                    "a nextToken just given leads to the next page",
                    "200",
                    &observed,
                );
                return Flow::Break(());
            }
            // What cannot be read is found by the check of every body, and says nothing of the list.
            let Some(page) = response.json() else { return Flow::Break(()) };
            pages.push(page);
        }
        self.conversation.forget_given();
        self.page_sizes(listing, &pages);
        self.exercise(&format!("{}/next-token-ends", document.operation));
        Flow::Continue(pages)
    }

    fn page_sizes(&mut self, Listing { list, document, input, .. }: Listing<'_>, pages: &[Json]) {
        let count = |page: &Value| page.get(list.items).and_then(Value::as_array).map_or(0, Vec::len);
        if list.has_size
            && let Some(most) =
                input.get("maxResults").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok())
        {
            self.exercise(&format!("{}/page-size", document.operation));
            if let Some(page) = pages.iter().find(|page| count(page) > most) {
                let observed = format!("{} items", count(page));
                self.page_complaint(
                    document,
                    "page-size",
                    "a page holds at most maxResults items",
                    &format!("≤ {most} items"),
                    &observed,
                );
            }
        }
        if pages.len() > 1 {
            self.exercise(&format!("{}/complete", document.operation));
        }
        let mut seen = BTreeSet::new();
        let keys = items(pages, list.items).filter_map(|item| item.get(list.key)?.as_str());
        let twice: Vec<String> =
            keys.filter(|key| !seen.insert((*key).to_owned())).map(str::to_owned).collect();
        if let Some(key) = twice.first() {
            self.page_complaint(
                document,
                "complete",
                "the pages together give each item once",
                "each item once",
                &format!("`{key}` twice"),
            );
        }
    }

    fn page_complaint(
        &mut self,
        document: &OperationDoc,
        rule: &str,
        summary: &str,
        permitted: &str,
        observed: &str,
    ) {
        let requirement = RequirementId::named(document.operation, rule);
        self.exercise(&requirement);
        let complaint = Complaint {
            requirement,
            summary: summary.to_owned(),
            permitted: vec![permitted.to_owned()],
            observed: observed.to_owned(),
        };
        self.complain(document.operation, Detector::Pagination, complaint);
    }

    /// The reply is not permitted, yet the same list in one page would be: the pages lose or add something.
    pub(super) async fn paging_is_to_blame(
        &mut self,
        call: &Call,
        document: &'static OperationDoc,
        input: &Map<String, Value>,
        reply: &Reply,
    ) -> bool {
        if self.oracle.worlds.permitted(call).iter().any(|permitted| permitted.reply == *reply)
            || !input.contains_key("maxResults")
        {
            return false;
        }
        let mut unpaged = input.clone();
        unpaged.remove("maxResults");
        let Some(list) = &operations::adapter(document.operation).list else { return false };
        let Ok(response) = self.exchange(call.by, document, &encode(document, &unpaged)).await else {
            return false;
        };
        let Some(first) = response.json() else { return false };
        let listing = Listing { list, by: call.by, document, input: &unpaged };
        let Flow::Continue(pages) = self.walk(listing, first).await else {
            return false;
        };
        let mut bindings = self.oracle.bindings.clone();
        let again = operations::read(self.runner.context, &mut bindings, call, &unpaged, &pages);
        again.reply.is_some_and(|again| again != *reply)
    }

    /// Each entry must be what describing it by itself would tell.
    pub(super) async fn entries(&mut self, call: &Call, pages: &[Json]) -> Flow {
        let operation = call.request.operation();
        for (alone, view, complaints) in
            operations::entries(self.runner.context, &self.oracle.bindings, call, pages)
        {
            let requirement = RequirementId::named(operation, "entry-agrees");
            self.exercise(&requirement);
            for complaint in complaints {
                self.complain(operation, Detector::ListEntry, complaint);
            }
            let permitted = self.oracle.worlds.permitted(&alone);
            match permitted.iter().find(|permitted| agrees(self.program.edition, &permitted.reply, &view)) {
                Some(permitted) => {
                    let shows = self.oracle.take_entry(&alone, &permitted.reply);
                    self.answered(&alone, &permitted.reply, true, &shows);
                }
                None if view == Reply::Done => {}
                None => {
                    // Where describing it tells the same, the entry agrees, and the state that both tell is
                    // what departs.
                    let described = match self.asked(alone).await? {
                        Came::Reply(described) => Some(described),
                        Came::Nothing | Came::LeftOut => None,
                    };
                    if described.is_some_and(|described| agrees(self.program.edition, &described, &view)) {
                        continue;
                    }
                    self.sheet.departed(RootKey::new(requirement.clone(), operation), &alone, &view);
                    let permitted = match described {
                        Some(described) => vec![described.to_string()],
                        None => permitted.iter().map(|permitted| permitted.reply.to_string()).collect(),
                    };
                    let complaint = Complaint {
                        requirement,
                        summary: format!("an entry of {operation} is what {alone} tells"),
                        permitted,
                        observed: format!("{view}"),
                    };
                    self.complain(operation, Detector::ListEntry, complaint);
                }
            }
        }
        Flow::Continue(())
    }
}

pub(super) fn next_token(page: &Value) -> Option<String> {
    page.get("nextToken").and_then(Value::as_str).filter(|token| !token.is_empty()).map(str::to_owned)
}

/// The entry says the same as the full view, as far as entries of the edition say it.
pub(crate) fn agrees(edition: Edition, full: &Reply, entry: &Reply) -> bool {
    match (full, entry) {
        (Reply::Profile(full), Reply::Profile(entry)) => {
            let shown = ProfileView { effective: full.effective, ..*entry };
            *full == shown
        }
        (Reply::Job(full), Reply::Job(entry)) => match edition {
            Edition::Current => full == entry,
            Edition::May2019 => *full == JobView { status: entry.status, ..*full },
        },
        _ => false,
    }
}
