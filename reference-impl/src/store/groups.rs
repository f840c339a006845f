//! The keys of a list, apart by what filters select, so that a page costs the same however few items pass.

use std::iter;

use imbl::{OrdMap, OrdSet};

/// The keys of items, each in the group of its item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Groups<G: Ord, K: Ord>(OrdMap<G, OrdSet<K>>);

impl<G: Ord + Clone, K: Ord + Clone> Groups<G, K> {
    pub(crate) fn insert(&mut self, group: G, key: K) {
        self.0.entry(group).or_default().insert(key);
    }

    pub(crate) fn remove(&mut self, group: &G, key: &K) {
        let Some(keys) = self.0.get_mut(group) else { return };
        keys.remove(key);
        if keys.is_empty() {
            self.0.remove(group);
        }
    }

    /// The keys of the selected groups from `first` on, in their order. There are few groups, so that the
    /// next key is found by a look at the first one of each.
    pub(crate) fn keys_from(&self, first: K, selects: impl Fn(&G) -> bool) -> impl Iterator<Item = &K> {
        let rest = first..;
        let selected = self.0.iter().filter(move |(group, _)| selects(group));
        let mut rest: Vec<_> = selected.map(|(_, keys)| keys.range(rest.clone()).peekable()).collect();
        iter::from_fn(move || {
            let next = rest.iter_mut().filter_map(|keys| Some((*keys.peek()?, keys)));
            next.min_by_key(|(key, _)| *key)?.1.next()
        })
    }
}

impl<G: Ord, K: Ord> Default for Groups<G, K> {
    fn default() -> Self {
        Self(OrdMap::new())
    }
}
