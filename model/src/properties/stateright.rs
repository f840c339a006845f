//! The properties that stateright can see: those of states.

use super::{REACHED, SAFETY};
use crate::{Exploration, Scope, Shown};

/// The scope's properties of states, for stateright's checker. It takes function pointers, hence one function a property.
pub(crate) fn for_stateright(scope: &Scope) -> Vec<stateright::Property<Exploration>> {
    fn safe<const N: usize>(_: &Exploration, state: &Shown) -> bool {
        (SAFETY[N].holds)(&state.0)
    }
    fn reached<const N: usize>(_: &Exploration, state: &Shown) -> bool {
        (REACHED[N].state.holds)(&state.0)
    }
    type Condition = fn(&Exploration, &Shown) -> bool;
    const SAFE: [Condition; SAFETY.len()] =
        [safe::<0>, safe::<1>, safe::<2>, safe::<3>, safe::<4>, safe::<5>, safe::<6>, safe::<7>, safe::<8>];
    const WITNESSED: [Condition; REACHED.len()] = [
        reached::<0>,
        reached::<1>,
        reached::<2>,
        reached::<3>,
        reached::<4>,
        reached::<5>,
        reached::<6>,
        reached::<7>,
        reached::<8>,
    ];
    let always = SAFETY.iter().zip(SAFE).map(|(property, condition)| stateright::Property::always(property.name, condition));
    let sometimes = REACHED
        .iter()
        .zip(WITNESSED)
        .filter(|(property, _)| property.is_of(scope))
        .map(|(property, condition)| stateright::Property::sometimes(property.state.name, condition));
    always.chain(sometimes).collect()
}
