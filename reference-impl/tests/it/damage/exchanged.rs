//! Files that are whole, and of another folder.

use super::{RSA, files, filled, put_back, shown, start};
use crate::process::{Folder, Process, ask};
use crate::server::{Server, start_body};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[tokio::test]
async fn files_of_another_folder_are_refused() {
    let (folder, other) = (filled().await, filled_with_other_keys().await);
    let whole = files(folder.path());
    let others = files(other.path());
    let server = Server::kept(folder.path()).expect("it can be used");
    let healthy = shown(&server).await;
    drop(server);
    for name in
        ["keys/secret.key", "keys/root.pem", "keys/rsa.pem", "signer.redb", "objects.redb"].map(Path::new)
    {
        put_back(folder.path(), &whole);
        fs::write(folder.path().join(name), &others[name]).expect("it can be written");
        assert!(start(&folder, name, "of another folder", &healthy).await, "{} is taken", name.display());
    }
}

/// The tests' servers have the same keys for the same seed, so the program makes the keys here.
async fn filled_with_other_keys() -> Folder {
    let folder = Folder::new();
    let process = Process::start(folder.path());
    let certificate = "arn:aws:acm:us-east-1:111122223333:certificate/x";
    let body = json!({"platformId": RSA, "signingMaterial": {"certificateArn": certificate}});
    let done = |method: &str, path: &str, body: Option<&serde_json::Value>| {
        assert_eq!(ask(&process.address, method, path, body).expect("it answers").0, 200, "{method} {path}");
    };
    done("PUT", "/signing-profiles/device", Some(&body));
    for path in ["/sources", "/results", "/sources/code.zip"] {
        done("PUT", path, None);
    }
    done("POST", "/signing-jobs", Some(&start_body("device", "code.zip", "t")));
    let deadline = Instant::now() + Duration::from_mins(1);
    while !folder.path().join("keys/rsa.pem").exists() {
        assert!(Instant::now() < deadline, "no key is made");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(process);
    folder
}
