//! All faults in one table, and sets of them.

use crate::faults::row::Fault;
use crate::faults::{
    admission, answers, bodies, cancellations, codes, entries, expiry, filters, grants, invented, jobs,
    later, lists, objects, pages, permissions, platforms, profiles, races, refusals, regions, removals,
    revisions, revocations, signing, spellings, statements, status, strict, tags, texts, tokens, vain,
    validation, values, wire,
};

const TABLES: [&[Fault]; 36] = [
    admission::FAULTS,
    answers::FAULTS,
    bodies::FAULTS,
    cancellations::FAULTS,
    codes::FAULTS,
    entries::FAULTS,
    expiry::FAULTS,
    filters::FAULTS,
    grants::FAULTS,
    invented::FAULTS,
    jobs::FAULTS,
    later::FAULTS,
    lists::FAULTS,
    objects::FAULTS,
    pages::FAULTS,
    permissions::FAULTS,
    platforms::FAULTS,
    profiles::FAULTS,
    races::FAULTS,
    refusals::FAULTS,
    regions::FAULTS,
    removals::FAULTS,
    revisions::FAULTS,
    revocations::FAULTS,
    signing::FAULTS,
    spellings::FAULTS,
    statements::FAULTS,
    status::FAULTS,
    strict::FAULTS,
    tags::FAULTS,
    texts::FAULTS,
    tokens::FAULTS,
    vain::FAULTS,
    validation::FAULTS,
    values::FAULTS,
    wire::FAULTS,
];

const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
};

/// The rows of all tables by their numbers. A number that is missing or there twice is an error of the
/// compiler.
#[expect(clippy::large_stack_arrays, reason = "the compiler builds it")]
const fn by_number() -> [Fault; COUNT] {
    let mut rows = [TABLES[0][0]; COUNT];
    let mut seen = [false; COUNT];
    let mut table = 0;
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            let fault = TABLES[table][row];
            assert!(
                fault.number < COUNT,
                "a fault has a number that is too large: take the next one that is free"
            );
            assert!(!seen[fault.number], "two faults have the same number: take the next one that is free");
            (rows[fault.number], seen[fault.number]) = (fault, true);
            row += 1;
        }
        table += 1;
    }
    rows
}

static ROWS: [Fault; COUNT] = by_number();

/// Every deliberate mistake, by its number.
pub static FAULTS: &[Fault] = &ROWS;

const WORDS: usize = COUNT.div_ceil(u64::BITS as usize);

/// The mistakes that one server makes: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults([u64; WORDS]);

impl Faults {
    /// Adds the fault with this id.
    pub fn insert(&mut self, id: &str) -> Result<(), String> {
        let row =
            FAULTS.iter().find(|row| row.id == id).ok_or_else(|| format!("no fault is called {id:?}"))?;
        self.0[row.number / 64] |= 1 << (row.number % 64);
        Ok(())
    }

    /// The mistakes in it, by their numbers.
    pub fn iter(self) -> impl Iterator<Item = &'static Fault> {
        FAULTS.iter().filter(move |row| self.0[row.number / 64] & (1 << (row.number % 64)) != 0)
    }
}
