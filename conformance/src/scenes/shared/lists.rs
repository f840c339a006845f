//! The lists of the API: what their items are called, what tells them apart, and how they are read.

use serde_json::{Value, json};
use signer_schemas::Operation;

use crate::data::body::Json;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::Stop;

/// An operation that lists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    pub(crate) operation: Operation,
    /// The member of an answer that holds the items.
    pub(crate) items: &'static str,
    /// The member of an item that no other item has.
    pub(crate) key: &'static str,
}

pub(crate) const PROFILES: List =
    List { operation: Operation::ListSigningProfiles, items: "profiles", key: "profileName" };

pub(crate) const JOBS: List = List { operation: Operation::ListSigningJobs, items: "jobs", key: "jobId" };

pub(crate) const PLATFORMS: List =
    List { operation: Operation::ListSigningPlatforms, items: "platforms", key: "platformId" };

pub(crate) const STATEMENTS: List =
    List { operation: Operation::ListProfilePermissions, items: "permissions", key: "statementId" };

impl List {
    /// The items of all pages.
    pub(crate) fn entries<'a>(&self, pages: &'a [Json]) -> impl Iterator<Item = &'a Value> + use<'a> {
        let items = self.items;
        pages.iter().filter_map(move |page| page.get(items)?.as_array()).flatten()
    }

    /// What tells the items of all pages apart, in the order in which they come.
    pub(crate) fn keys(&self, pages: &[Json]) -> Vec<String> {
        self.entries(pages).filter_map(|item| self.key_of(item)).collect()
    }

    /// What tells the item apart.
    pub(crate) fn key_of(&self, item: &Value) -> Option<String> {
        item.get(self.key)?.as_str().map(str::to_owned)
    }

    /// The item with that key; `null` if there is none.
    pub(crate) fn entry(&self, pages: &[Json], key: &str) -> Value {
        self.entries(pages).find(|item| item[self.key] == key).cloned().unwrap_or_default()
    }

    /// The item with that key, as the owner sees it in the whole list; `null` if it is not there.
    pub(crate) async fn shown(&self, case: &mut Case<'_>, key: &str) -> Result<Value, Stop> {
        Ok(self.entry(&case.pages(self.operation, json!({})).await?, key))
    }

    /// The keys of all items, as the owner sees them.
    pub(crate) async fn listed(&self, case: &mut Case<'_>, input: Value) -> Result<Vec<String>, Stop> {
        Ok(self.keys(&case.pages(self.operation, input).await?))
    }
}

/// In order, so that two lists can be compared.
pub(crate) fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort_unstable();
    keys
}
