//! The board as a site of static pages, which ask nothing of a network and need no script.

use std::fs;
use std::path::{Path, PathBuf};

use crate::report::board::Board;
use crate::report::folder::{WriteError, at};
use crate::report::html::{board_page, run_page};

/// What lies in a folder that we have written a site into.
const MARK: &str = "board.json";

/// The files of the site: where they lie in its folder, and what they hold.
pub fn site(board: &Board) -> Vec<(PathBuf, String)> {
    let mut files =
        vec![(PathBuf::from("index.html"), board_page(board)), (PathBuf::from(MARK), board.json())];
    for product in &board.products {
        for run in &product.runs {
            files.push((PathBuf::from(&run.page), run_page(board, product, run)));
        }
    }
    files
}

/// Writes the site. A folder that holds anything but an earlier site is refused, whose pages are replaced.
pub fn write_site(folder: &Path, board: &Board) -> Result<(), WriteError> {
    at(folder, fs::create_dir_all(folder))?;
    let there = at(folder, fs::read_dir(folder))?;
    let there = there
        .map(|entry| at(folder, entry).map(|entry| entry.path()))
        .collect::<Result<Vec<PathBuf>, WriteError>>()?;
    let is_ours = |path: &PathBuf| {
        let is_page = path.extension().is_some_and(|ending| ending == "html")
            || path.file_name().is_some_and(|name| name == MARK);
        is_page && path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
    };
    let is_site = there.is_empty() || there.iter().any(|path| path.ends_with(MARK));
    if let Some(stranger) = there.iter().find(|path| !is_site || !is_ours(path)) {
        return Err(WriteError::Foreign { path: stranger.clone() });
    }
    for path in there {
        at(&path, fs::remove_file(&path))?;
    }
    for (name, text) in site(board) {
        let path = folder.join(name);
        at(&path, fs::write(&path, text))?;
    }
    Ok(())
}
