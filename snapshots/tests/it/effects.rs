//! Each requirement about an effect, or about what a filter leaves out, has a seeded fault that takes it away
//! and that it is named by.
//! As every seeded fault is caught, a lie about each effect has been seen.

use signer_reference::FAULTS;
use signer_schemas::requirements;

#[test]
fn each_effect_has_a_seeded_fault_that_takes_it_away() {
    let is_broken = |id: &str| FAULTS.iter().any(|fault| fault.requirement == id);
    let effects = requirements().iter().filter(|row| row.effect).map(|row| row.id.as_str());
    let bare: Vec<&str> = effects.filter(|id| !is_broken(id)).collect();
    assert!(
        bare.is_empty(),
        "effects that no seeded fault takes away: {bare:?}. Seed one in reference-impl/src/faults, in \
         vain.rs if the call is acknowledged all the same."
    );
}
