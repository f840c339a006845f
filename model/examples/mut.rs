use signer_model::*;
fn main() {
    for m in mutants() {
        let r = check(&m.scope);
        let failed: Vec<_> = r.properties.iter().filter(|p| !p.holds).map(|p| p.name).collect();
        println!(
            "{} {} {:?}",
            m.scope.name,
            if failed == m.breaks { "ok" } else { "DIFFERS" },
            if failed == m.breaks { vec![] } else { failed }
        );
    }
}
