//! Certifies the endpoint at a URL:
//! `cargo run -p signer-conformance --example certify -- http://127.0.0.1:5000`.

use signer_conformance::testing;
use signer_schemas::Edition;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give the URL of the endpoint")?;
    let report = testing::certify(&testing::at(&url)?, &testing::options(Edition::Current), None).await?;
    for finding in report.new_findings() {
        println!("{} {} at {}: {}", finding.id, finding.requirement, finding.operation, finding.summary);
    }
    println!("{}", report.verdict.id());
    Ok(())
}
