//! Golden files: where they lie, and that none is left over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn path(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Compares with the golden file of that name in a folder below `snapshots/`.
pub(crate) fn golden(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The folder holds these golden files and no others: one that is no longer rendered would still be believed.
pub(crate) fn nothing_left_over(folder: &str, names: impl IntoIterator<Item = String>) {
    let entries =
        std::fs::read_dir(path(folder)).unwrap_or_else(|error| panic!("snapshots/{folder}: {error}"));
    // A file that waits for review (`.snap.new`) is no golden file yet.
    let files = entries
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension() == Some("snap".as_ref()));
    let found: BTreeSet<String> =
        files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    let expected: BTreeSet<String> = names.into_iter().collect();
    let left: Vec<_> = found.difference(&expected).collect();
    assert!(left.is_empty(), "snapshots/{folder} holds files that no test renders: {left:?}. Delete them.");
}
