use signer_model::*;
fn main() {
    for name in std::env::args().skip(1) {
        let scope = scope(&name).expect("scope");
        for (threads, symmetry) in [(2, false)] {
            let t = std::time::Instant::now();
            let s = check_with(&scope, CheckOptions { threads, symmetry }, |_| {});
            let sec = t.elapsed().as_secs_f64();
            println!(
                "{name} {threads} {symmetry} {}: calls {} unique {} generated {} depth {} witnesses {} open {} {sec:.2}s  {:.0} u/s {:.2} M g/s",
                Symmetry::of(&scope).order(),
                scope.calls.len(),
                s.unique,
                s.generated,
                s.depth,
                s.witnesses.len(),
                s.ambiguities.len(),
                s.unique as f64 / sec,
                s.generated as f64 / sec / 1e6
            );
            for p in s.properties.iter().filter(|p| !p.holds) {
                println!(
                    "  FAILS {} {:?} {:?}",
                    p.name,
                    p.witness.iter().flatten().map(|m| m.to_string()).collect::<Vec<_>>(),
                    p.lasso.iter().map(|m| m.to_string()).collect::<Vec<_>>()
                );
            }
        }
    }
}
