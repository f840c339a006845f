//! What one server does where the documents leave it open.

use rand::{Rng as _, SeedableRng as _};

use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::{FREEDOMS, FreedomId};

/// The answers chosen for one server.
#[derive(Debug, Clone, Default)]
pub struct Freedoms {
    /// Chosen answers by row; a row that is not here has its default.
    chosen: Vec<(FreedomId, &'static str)>,
}

impl Freedoms {
    /// Takes the answer `choice` for the open point `id`.
    pub fn choose(&mut self, id: &str, choice: &str) -> Result<(), String> {
        let row =
            FREEDOMS.iter().find(|row| row.id == id).ok_or_else(|| format!("no freedom is called {id:?}"))?;
        let choice = row.choices.iter().find(|known| **known == choice).ok_or_else(|| {
            let known = row.choices.join(", ");
            format!("freedom {id:?} has no choice {choice:?}; it has {known}")
        })?;
        self.chosen.retain(|(known, _)| *known != row.freedom);
        self.chosen.push((row.freedom, choice));
        Ok(())
    }

    /// A choice at random for every open point, the same for the same seed.
    pub fn seeded(seed: u64) -> Self {
        let mut random = rand::rngs::StdRng::seed_from_u64(seed);
        let chosen = FREEDOMS
            .iter()
            .map(|row| {
                let index = random.random_range(0..row.choices.len());
                (row.freedom, row.choices[index])
            })
            .collect();
        Self { chosen }
    }

    /// The answer in force.
    pub fn choice(&self, freedom: FreedomId) -> &'static str {
        self.chosen
            .iter()
            .find(|(known, _)| *known == freedom)
            .map_or_else(|| FREEDOMS[freedom as usize].default_choice(), |(_, choice)| choice)
    }

    /// Whether the answer in force is `choice`.
    pub(crate) fn is(&self, freedom: FreedomId, choice: &str) -> bool {
        debug_assert!(
            FREEDOMS[freedom as usize].choices.contains(&choice),
            "{choice} is no choice of {freedom:?}"
        );
        self.choice(freedom) == choice
    }

    /// Refuses when the answer in force is an error.
    pub(crate) fn refuse(&self, freedom: FreedomId, message: impl Into<String>) -> Outcome<()> {
        match ErrorName::from_choice(self.choice(freedom)) {
            Some(error) => Err(Refusal::new(error, message)),
            None => Ok(()),
        }
    }

    /// The number in force, for an open point where every choice is one.
    pub(crate) fn number(&self, freedom: FreedomId) -> usize {
        self.choice(freedom).parse().unwrap_or(usize::MAX)
    }

    /// The error in force, for an open point where every choice is one.
    pub(crate) fn refusal(&self, freedom: FreedomId, message: impl Into<String>) -> Refusal {
        self.refusal_or(freedom, Refusal::validation(message))
    }

    /// The error in force with the text of `refusal`, or `refusal` itself where no error is in force.
    pub(crate) fn refusal_or(&self, freedom: FreedomId, refusal: Refusal) -> Refusal {
        match ErrorName::from_choice(self.choice(freedom)) {
            Some(error) => Refusal { error, ..refusal },
            None => refusal,
        }
    }
}
