//! Pages: sizes, long lists, lists that change, and tokens where they do not belong.

pub(crate) mod changes;
pub(crate) mod long_lists;
pub(crate) mod sizes;
pub(crate) mod tokens;
