use crate::server::{LAMBDA, Server};
use serde_json::json;

#[tokio::test]
async fn the_five_platforms_are_listed_and_described() {
    let server = Server::new();
    let list = server.get("/signing-platforms").await.ok();
    let platforms = list["platforms"].as_array().expect("a list");
    assert_eq!(platforms.len(), 5);
    for platform in platforms {
        let id = platform["platformId"].as_str().expect("an id");
        assert_eq!(server.get(&format!("/signing-platforms/{id}")).await.ok(), *platform);
    }
    server.get("/signing-platforms/Nothing").await.refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn filters_of_platforms_select() {
    let server = Server::new();
    let ids = async |query: &str| {
        let list = server.get(&format!("/signing-platforms?{query}")).await.ok();
        let platforms = list["platforms"].as_array().expect("a list");
        platforms
            .iter()
            .map(|platform| platform["platformId"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("partner=AWSLambda").await, [LAMBDA]);
    assert_eq!(ids("category=AWS&target=SHA384-ECDSA").await, [LAMBDA]);
    assert_eq!(ids("category=Nothing").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_platform_shows_its_configuration() {
    let shown = Server::new().get(&format!("/signing-platforms/{LAMBDA}")).await.ok();
    assert_eq!(
        shown,
        json!({
            "platformId": LAMBDA, "displayName": "AWS Lambda", "partner": "AWSLambda", "target": "SHA384-ECDSA", "category": "AWS",
            "signingConfiguration": {
                "encryptionAlgorithmOptions": {"allowedValues": ["ECDSA"], "defaultValue": "ECDSA"},
                "hashAlgorithmOptions": {"allowedValues": ["SHA384"], "defaultValue": "SHA384"},
            },
            "signingImageFormat": {"supportedFormats": ["JSONDetached"], "defaultFormat": "JSONDetached"},
            "maxSizeInMB": 250, "revocationSupported": true,
        })
    );
}
