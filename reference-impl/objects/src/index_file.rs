//! The index on disk, in one file that is whole after a loss of power: a change is there when
//! [`IndexFile::keep`] has returned.

use crate::asker::Asker;
use crate::change::Change;
use crate::content::Content;
use crate::failure::Failure;
use crate::index::Index;
use crate::rows::{self, FORMAT, Reader};
use redb::Database;
use signer_folder::{CONTENTS, DataFolder, FolderError, OBJECTS, database};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file.
#[derive(Debug)]
pub(crate) struct IndexFile {
    path: PathBuf,
    /// Nothing after an error, until it can be opened again.
    database: Option<Database>,
    _folder: Arc<DataFolder>,
}

impl IndexFile {
    /// Reads the index, if there is one; with it comes the highest sequence number. All files stay as they
    /// are.
    pub(crate) fn look(folder: &DataFolder, home: Asker<'_>) -> Result<(Index, u64), FolderError> {
        let path = folder.path().join(OBJECTS);
        if !path.exists() {
            return Ok((Index::default(), 0));
        }
        let contents = folder.path().join(CONTENTS);
        database::look(folder, OBJECTS, FORMAT, |database, _| {
            Reader { path: &path, contents: &contents, home }.read(database)
        })
    }

    /// Opens the file whose index this is, or makes it. Contents that nobody knows, of writes that were never
    /// acknowledged, are removed from their folder.
    pub(crate) fn begin(folder: &Arc<DataFolder>, index: &Index) -> Result<Self, FolderError> {
        let path = folder.path().join(OBJECTS);
        let contents = folder.path().join(CONTENTS);
        signer_folder::private_folder(&contents).map_err(FolderError::io(&contents))?;
        let database = database::begin(folder, OBJECTS, FORMAT, |transaction| {
            rows::make_tables(transaction)?;
            index.changes().try_for_each(|change| rows::write(transaction, &change))
        })?;
        remove_unknown(index, &contents).map_err(FolderError::io(&contents))?;
        Ok(Self { path, database: Some(database), _folder: Arc::clone(folder) })
    }

    fn database(&mut self) -> Result<&Database, Failure> {
        if self.database.is_none() {
            self.database = Some(database::open(&self.path)?);
        }
        self.database.as_ref().ok_or_else(|| Failure::Disk("it is closed".to_owned()))
    }

    /// Writes changes down, all or none.
    pub(crate) fn keep(&mut self, changes: &[Change]) -> Result<(), Failure> {
        if changes.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        let kept = database::unpanicked(&path, || Ok(self.try_keep(changes)));
        let Err(failure) = kept.map_err(Failure::from).flatten() else { return Ok(()) };
        // After an error the file does not take anything more until it is opened again; that also tells what
        // it holds.
        self.database = None;
        match self.holds_first(changes) {
            Ok(true) => Ok(()),
            Ok(false) => Err(failure),
            Err(_) => {
                // Unknown. The contents stay for the next start to judge.
                contents(changes).for_each(|content| content.index(true));
                Err(failure)
            }
        }
    }

    fn try_keep(&mut self, changes: &[Change]) -> Result<(), Failure> {
        let transaction = database::transaction(self.database()?)?;
        changes.iter().try_for_each(|change| rows::write(&transaction, change))?;
        Ok(transaction.commit().map_err(redb::Error::from)?)
    }

    /// Whether the first of the changes, and so all, can be read.
    fn holds_first(&mut self, changes: &[Change]) -> Result<bool, Failure> {
        let database = self.database()?;
        Ok(changes.first().map_or(Ok(false), |change| rows::holds(database, change))?)
    }
}

fn contents(changes: &[Change]) -> impl Iterator<Item = &Content> {
    changes.iter().filter_map(|change| match change {
        Change::Version { version, .. } => version.object.as_ref().map(|object| object.content.as_ref()),
        Change::Part { part, .. } => Some(part.content.as_ref()),
        Change::Bucket { .. }
        | Change::BucketGone { .. }
        | Change::VersionGone { .. }
        | Change::Upload { .. }
        | Change::UploadGone { .. } => None,
    })
}

fn remove_unknown(index: &Index, folder: &Path) -> std::io::Result<()> {
    let versions = index.buckets.values().flat_map(|bucket| bucket.keys.values().flatten());
    let objects = versions.filter_map(|version| version.object.as_ref()?.content.file_name());
    let parts = index
        .uploads
        .values()
        .flat_map(|upload| upload.parts.values())
        .filter_map(|part| part.content.file_name());
    let known: HashSet<&str> = objects.chain(parts).collect();
    // Nothing that others put there.
    let is_ours = |name: &str| name.len() == 32 && name.bytes().all(|digit| digit.is_ascii_hexdigit());
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_unknown =
            entry.file_name().to_str().is_some_and(|name| is_ours(name) && !known.contains(name));
        if is_unknown && entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
