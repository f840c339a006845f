//! A data folder that is damaged: a start names the file and leaves the folder as it is, or finds everything.

mod exchanged;

use crate::process::Folder;
use crate::server::{LAMBDA, NOTATION, Server};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A platform whose documents are signed with RSA.
const RSA: &str = "AmazonFreeRTOS-TI-CC3220SF";

/// Every file of a folder, by its path in it.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files(folder: &Path) -> Files {
    fn gather(root: &Path, folder: &Path, files: &mut Files) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                gather(root, &entry, files);
            } else {
                let name = entry.strip_prefix(root).expect("it is within").to_owned();
                files.insert(name, fs::read(&entry).expect("it can be read"));
            }
        }
    }
    let mut found = Files::new();
    gather(folder, folder, &mut found);
    found
}

fn put_back(folder: &Path, whole: &Files) {
    fs::remove_dir_all(folder).expect("it can be removed");
    for (name, content) in whole {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
        fs::write(file, content).expect("it can be written");
    }
}

const PATHS: [&str; 4] =
    ["/signing-profiles/notation", "/signing-profiles/lambda", "/signing-profiles/device", "/signing-jobs"];
const OBJECTS: [&str; 3] = ["/sources/code.zip", "/sources/large", "/results?list-type=2"];

/// A folder that holds some of everything.
async fn filled() -> Folder {
    let folder = Folder::new();
    let server = Server::kept(folder.path()).expect("a new folder");
    server.source().await;
    server.s3("PUT", "/sources/large", vec![b'x'; (1 << 20) + 5]).await;
    server.s3("POST", "/sources/parts?uploads", "").await;
    for (name, platform) in [("notation", NOTATION), ("lambda", LAMBDA), ("device", RSA)] {
        server.profile(name, platform).await;
    }
    server.sign("notation").await;
    server.start("lambda", "code.zip", "one").await;
    server.start("device", "large", "two").await;
    server.pass_ms(1000);
    server.get("/signing-jobs").await.ok();
    drop(server);
    // What the last page holds was not the last thing to be written.
    drop(Server::kept(folder.path()).expect("it can be used"));
    folder
}

/// What the server shows; what it cannot read any more is nothing.
async fn shown(server: &Server) -> Vec<Option<Vec<u8>>> {
    let mut shown = Vec::new();
    for path in PATHS {
        shown.push(Some(server.get(path).await.ok().to_string().into_bytes()));
    }
    for path in OBJECTS {
        let read = server.s3("GET", path, "").await;
        shown.push((read.status == 200).then(|| read.bytes.to_vec()));
        assert!(read.status == 200 || read.status == 500, "{path}: {read:?}");
    }
    shown
}

/// How files are damaged.
fn damages(name: &Path, whole: &[u8]) -> Vec<(String, Option<Vec<u8>>)> {
    const PAGE: usize = 4096;
    let mut damages = vec![
        ("removed".to_owned(), None),
        ("emptied".to_owned(), Some(Vec::new())),
        ("cut in half".to_owned(), Some(whole[..whole.len() / 2].to_vec())),
        ("longer".to_owned(), Some([whole, b"more"].concat())),
        ("all zero".to_owned(), Some(vec![0; whole.len()])),
    ];
    let is_database = name.extension().is_some_and(|extension| extension == "redb");
    let pages = whole.chunks(PAGE).enumerate().filter(|(_, page)| page.iter().any(|byte| *byte != 0));
    for (page, length) in pages.filter(|_| is_database).map(|(page, content)| (page, content.len())) {
        let mut content = whole.to_vec();
        content[page * PAGE..page * PAGE + length].fill(0);
        damages.push((format!("page {page} zero"), Some(content)));
    }
    for step in 0..12 {
        let place = step * 7919 % whole.len().max(1);
        for flip in [0x01, 0x55] {
            let mut content = whole.to_vec();
            if let Some(byte) = content.get_mut(place) {
                *byte ^= flip;
                damages.push((format!("byte {place} ^ {flip:#x}"), Some(content)));
            }
        }
    }
    damages
}

/// Starts on a damaged folder; whether it was refused.
async fn start(folder: &Folder, damaged: &Path, how: &str, healthy: &[Option<Vec<u8>>]) -> bool {
    let before = files(folder.path());
    match Server::kept(folder.path()) {
        Err(error) => {
            // Keys are distinguished only by what does not fit.
            let is_named = error.contains(&damaged.display().to_string())
                || damaged.starts_with("keys") && error.contains("keys/");
            assert!(is_named, "{} {how}: {error}", damaged.display());
            assert!(
                error.contains("from a copy") || error.contains("use the program"),
                "no way out: {error}"
            );
            let after = files(folder.path());
            let changed: Vec<_> = before
                .keys()
                .chain(after.keys())
                .filter(|name| before.get(*name) != after.get(*name))
                .collect();
            assert!(changed.is_empty(), "{} {how}: refused, and changed {changed:?}", damaged.display());
            true
        }
        Ok(server) => {
            let shown = shown(&server).await;
            for (now, then) in shown.iter().zip(healthy) {
                let is_content = damaged.starts_with("objects");
                assert!(
                    now == then || now.is_none() && is_content,
                    "{} {how}: something else is shown",
                    damaged.display()
                );
            }
            false
        }
    }
}

#[tokio::test]
async fn a_damaged_file_is_named_and_the_folder_stays_as_it_is() {
    let folder = filled().await;
    let server = Server::kept(folder.path()).expect("it can be used");
    let healthy = shown(&server).await;
    assert!(healthy.iter().all(Option::is_some));
    drop(server);
    let whole = files(folder.path());
    assert!(whole.contains_key(Path::new("keys/rsa.pem")), "{:?}", whole.keys());
    let mut refused: BTreeMap<&Path, usize> = BTreeMap::new();
    for (name, content) in &whole {
        for (how, damaged) in damages(name, content) {
            put_back(folder.path(), &whole);
            match damaged {
                None => fs::remove_file(folder.path().join(name)).expect("it can be removed"),
                Some(damaged) => fs::write(folder.path().join(name), damaged).expect("it can be written"),
            }
            *refused.entry(name).or_default() += usize::from(start(&folder, name, &how, &healthy).await);
        }
    }
    assert!(refused.values().all(|times| *times > 0), "not noticed at all: {refused:?}");
}

#[tokio::test]
async fn what_is_no_file_is_refused_and_not_waited_for() {
    let folder = filled().await;
    let whole = files(folder.path());
    for name in whole.keys() {
        put_back(folder.path(), &whole);
        let file = folder.path().join(name);
        fs::remove_file(&file).expect("it can be removed");
        fs::create_dir(&file).expect("it can be made");
        let error =
            Server::kept(folder.path()).err().unwrap_or_else(|| panic!("{} is a folder", name.display()));
        assert!(error.contains(&name.display().to_string()), "{error}");
        #[cfg(unix)]
        {
            fs::remove_dir(&file).expect("it can be removed");
            let _socket = std::os::unix::net::UnixListener::bind(&file).expect("a socket");
            assert!(Server::kept(folder.path()).is_err(), "{} is a socket", name.display());
        }
    }
}

#[tokio::test]
async fn rot_is_an_error_of_what_is_rotten_alone() {
    let folder = filled().await;
    let mut contents = fs::read_dir(folder.path().join("objects"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let is_large = |file: &PathBuf| fs::metadata(file).expect("a file").len() == (1 << 20) + 5;
    let large = contents.find(is_large).expect("the content of the object");
    let mut content = fs::read(&large).expect("it can be read");
    *content.last_mut().expect("a byte") ^= 1;
    fs::write(&large, content).expect("it can be written");
    let server = Server::kept(folder.path()).expect("its size is right");
    let range = async |range: &str| {
        let request = axum::http::Request::builder().uri("/sources/large").header("range", range);
        server.send(request.body(axum::body::Body::empty()).expect("a request")).await
    };
    let whole = server.s3("GET", "/sources/large", "").await;
    assert!(
        whole.status == 500 && whole.text.contains(&*large.file_name().expect("a name").to_string_lossy()),
        "{}",
        whole.status
    );
    assert_eq!(range("bytes=0-9").await.status, 206, "what is whole is served");
    assert_eq!(range("bytes=1048570-1048580").await.status, 500);
    assert_eq!(server.s3("GET", "/sources/code.zip", "").await.status, 200);
    let copied = axum::http::Request::builder()
        .method("PUT")
        .uri("/results/copy")
        .header("x-amz-copy-source", "/sources/large");
    assert_eq!(server.send(copied.body(axum::body::Body::empty()).expect("a request")).await.status, 500);
    let id = server.start("device", "large", "rotten").await;
    server.pass_ms(1000);
    let job = server.get(&format!("/signing-jobs/{id}")).await.ok();
    assert_eq!(job["status"], "Failed");
    assert!(job["statusReason"].as_str().is_some_and(|reason| reason.contains("damaged")), "{job}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_their_owner_may_read_the_files_and_what_was_open_is_closed() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = filled().await;
    let all = |folder: &Path| {
        let mut all: Vec<PathBuf> = files(folder).into_keys().map(|name| folder.join(name)).collect();
        all.extend(["", "keys", "objects"].map(|name| folder.join(name)));
        all
    };
    let open = |folder: &Path| {
        let mode = |path: &PathBuf| fs::metadata(path).expect("it is there").permissions().mode();
        all(folder).into_iter().filter(|path| mode(path) & 0o077 != 0).collect::<Vec<_>>()
    };
    assert_eq!(open(folder.path()), Vec::<PathBuf>::new());
    for path in all(folder.path()) {
        let mode = if path.is_dir() { 0o777 } else { 0o666 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it can be opened");
    }
    drop(Server::kept(folder.path()).expect("it can be used"));
    assert_eq!(open(folder.path()), Vec::<PathBuf>::new());
    // A folder that holds other things, too, may be meant for others.
    fs::write(folder.path().join("other"), "").expect("it can be written");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it can be opened");
    drop(Server::kept(folder.path()).expect("it can be used"));
    assert!(open(folder.path()).contains(&folder.path().to_owned()));
}

#[tokio::test]
async fn a_start_that_was_cut_off_is_taken_up_again() {
    let folder = filled().await;
    let whole = files(folder.path());
    let made = ["keys/secret.key", "keys/root.pem", "objects.redb", "signer.redb"];
    for finished in 0..made.len() {
        let mut part: Files = Files::new();
        let list = [made[..finished].join("\n").as_str(), if finished > 0 { "\n" } else { "" }].concat();
        part.insert("lock".into(), format!("{list}{}", &made[finished][..4]).into_bytes());
        for name in made[..finished].iter().filter(|name| name.starts_with("keys")).map(PathBuf::from) {
            part.insert(name.clone(), whole[&name].clone());
        }
        part.insert("objects.unfinished".into(), b"half".to_vec());
        if finished > 2 {
            let empty = Folder::new();
            drop(Server::kept(empty.path()).expect("a new folder"));
            part = files(empty.path());
            part.remove(Path::new("signer.redb"));
            part.insert("lock".into(), format!("{list}sign").into_bytes());
        }
        put_back(folder.path(), &part);
        for _ in 0..2 {
            drop(
                Server::kept(folder.path()).unwrap_or_else(|error| panic!("after {finished} files: {error}")),
            );
        }
    }
}
