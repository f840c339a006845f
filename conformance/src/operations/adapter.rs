//! What the judge has to know of an operation: one value of this type for each.

use serde_json::{Map, Value};
use signer_model::{Account, Call, Permitted, Reply, Request, State};
use signer_schemas::{Edition, OperationDoc};

use crate::data::body::Json;
use crate::data::context::Context;
use crate::data::finding::Complaint;
use crate::operations::bindings::Bindings;
use crate::operations::notes::Notes;

/// How the judge asks an operation, and how it understands the answers.
pub(crate) struct Adapter {
    /// The input of a request, as JSON with `null` for what is left out; times are epoch seconds, blobs
    /// base64.
    pub(super) input: fn(&Context, &Bindings, Request) -> Value,
    /// The answer to a request in symbols; `None` if it does not say what it must.
    pub(super) read: fn(&mut Reading<'_>, Request) -> Option<Reply>,
    /// What there is to know of a list in pages; none for what is no such list.
    pub(crate) list: Option<List>,
    /// A request that can do no harm, to see whether the target has the operation.
    pub(crate) sample: fn(&Context) -> Request,
    /// The operation once accepted and once refused.
    pub(crate) smoke: fn(Edition) -> Vec<Request>,
    /// The base of the probes of a member. It gives the member, unless each change of it is a whole value.
    pub(crate) base: fn(Edition, &str) -> Base,
    /// The read that shows the effect of a request.
    pub(crate) revealed_by: fn(Request) -> Option<Request>,
    /// How its answers settle open points.
    pub(crate) open: OpenPoints,
}

/// An entry of a list: the call whose answer it tells, that answer, and what the entry says wrongly.
pub(crate) type Entry = (Call, Reply, Vec<Complaint>);

/// The pages of a list, in order.
pub(crate) type Pages = [Json];

/// A list in pages.
pub(crate) struct List {
    /// The member that holds the items.
    pub(crate) items: &'static str,
    /// The member that tells items apart.
    pub(crate) key: &'static str,
    /// Whether a page's size can be asked for.
    pub(crate) has_size: bool,
    /// Whether it lists what the whole account has, so that the same walk tells every case what it waits for.
    pub(crate) is_of_account: bool,
    /// The entries as the views that describing each by itself would give.
    pub(super) entries: fn(&Context, &Bindings, &Pages) -> Vec<Entry>,
}

/// A list that is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Listing<'a> {
    pub(crate) list: &'a List,
    pub(crate) by: Account,
    pub(crate) document: &'static OperationDoc,
    pub(crate) input: &'a Map<String, Value>,
}

/// For a list whose items cannot be described by themselves, or whose descriptions the model does not know.
pub(super) const fn no_entries(_: &Context, _: &Bindings, _: &Pages) -> Vec<Entry> {
    Vec::new()
}

/// For an operation that changes nothing.
pub(super) const fn nothing(_: Request) -> Option<Request> {
    None
}

/// How the answers of one operation settle open points.
pub(crate) struct OpenPoints {
    /// Whether an open point alone explains a refusal. The model names one rule for answers that several
    /// explain alike.
    pub(crate) settled_by: fn(&Refusal<'_>) -> bool,
    /// What the ledger calls a list that holds less than another admitted one, and one that holds more.
    pub(crate) extents: fn(&str, Request) -> [Option<&'static str>; 2],
}

impl OpenPoints {
    /// A refusal settles what admits something else; a list shows something or it does not.
    pub(super) const USUAL: Self =
        Self { settled_by: |refusal| refusal.is_one_of_several(), extents: Self::LISTED };
    pub(super) const LISTED: fn(&str, Request) -> [Option<&'static str>; 2] =
        |_, _| [Some("not listed"), Some("listed")];
}

/// An answer that is being read.
pub(super) struct Reading<'a> {
    pub(super) context: &'a Context,
    /// What answers have named; what is new is bound.
    pub(super) bindings: &'a mut Bindings,
    /// Who asked.
    pub(super) by: Account,
    /// What was asked with.
    pub(super) input: &'a Map<String, Value>,
    /// A list's pages in order, or the one answer.
    pub(super) pages: &'a Pages,
    /// What was compared, and what differs.
    pub(super) notes: Notes,
}

impl<'a> Reading<'a> {
    /// The answer; the first page of a list.
    pub(super) fn answer(&self) -> &'a Value {
        self.pages.first().map_or(&Value::Null, |page| page)
    }

    /// A text that was asked with.
    pub(super) fn given(&self, member: &str) -> &'a str {
        self.input.get(member).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A call that succeeds, with what has to come before.
pub(crate) struct Base {
    /// The fewest calls that make [`Self::call`] succeed.
    pub(crate) setup: Vec<Request>,
    /// The call.
    pub(crate) call: Request,
}

/// A refusal that an open point may explain.
pub(crate) struct Refusal<'a> {
    /// The open point.
    pub(crate) rule: &'a str,
    /// The call.
    pub(crate) call: &'a Call,
    /// The answer.
    pub(crate) reply: &'a Reply,
    /// The states in which the service may have been.
    pub(crate) states: &'a [State],
    /// What the model admits.
    pub(crate) permitted: &'a [Permitted],
}

impl Refusal<'_> {
    /// Where nothing else is admitted, nothing was chosen.
    pub(super) fn is_one_of_several(&self) -> bool {
        self.permitted.iter().any(|one| one.reply != *self.reply)
    }
}
