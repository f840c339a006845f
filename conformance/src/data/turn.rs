//! When a case is run.

/// When a case is run. What it lists comes early, as long as the account is small: nothing that a run makes
/// can be deleted, and a list is read to its end, in pages of one item even.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    /// Lists in pages of one or two items that are asked for at once, so that nobody else can use them.
    SmallPagesAtOnce,
    /// Scenes about lists, which read them in pages of every size.
    ListScenes,
    /// Lists in pages of one or two items, and those of the smoke suite.
    SmallPages,
    /// Scenes that make lists long, and read them again and again.
    LongLists,
    /// Sequences, which list at many moments.
    Sequences,
    /// Lists in large pages, which wait for each other.
    LargePages,
    /// Scenes that take long by themselves, so that all others have time to run beside them.
    Slow,
    /// What lists nothing.
    Others,
    /// The scene that makes an account largest.
    Longest,
    /// Scenes that leave what some services cannot show again: no other case reads a list after them.
    Strange,
}
