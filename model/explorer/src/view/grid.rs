//! All states of a scope as a table of groups: where one is, where one can go, and what certified targets
//! reached.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use signer_model::{Admission, Axis, Group, Grouping};

use crate::position::Position;
use crate::site::Site;
use crate::view::groups::{Name, column_name, row_name};

/// The table of groups.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Grid {
    /// What the columns tell.
    pub(crate) axis: &'static str,
    /// The columns: the words, and in short.
    pub(crate) columns: Vec<Name>,
    /// The rows.
    pub(crate) rows: Vec<GridRow>,
    /// How many states there are.
    pub(crate) states: usize,
    /// How many groups.
    pub(crate) groups: usize,
    /// What leads from this group to others.
    pub(crate) ways: Vec<Way>,
    /// What leads from any group to any other.
    pub(crate) crossings: Vec<Way>,
    /// How many of these change both row and column.
    pub(crate) diagonal: usize,
    /// The same as arrows between cells, where there are few enough to be drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) arrows: Vec<Arrow>,
}

/// What leads from one cell to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Arrow {
    /// The row and the column before, by their places in the table.
    pub(crate) from: (usize, usize),
    /// The row and the column after.
    pub(crate) to: (usize, usize),
    /// What leads there.
    pub(crate) by: Vec<String>,
    /// Whether no source settles that any of these does.
    pub(crate) open: bool,
}

/// How much of what a run goes for in a group a certified target reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Share {
    /// The report.
    pub(crate) name: String,
    /// The transitions that it reached.
    pub(crate) reached: usize,
    /// The transitions that there are.
    pub(crate) total: usize,
}

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GridRow {
    /// What it stands for.
    pub(crate) name: Name,
    /// Its cells; none where there is no state.
    pub(crate) cells: Vec<Option<CellView>>,
}

/// A cell of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CellView {
    /// How many states.
    pub(crate) states: usize,
    /// How dark it is, from 0 to 7: a step for each power of six.
    pub(crate) tint: u32,
    /// Whether this state is one of them.
    pub(crate) is_here: bool,
    /// What leads here in one step, if anything does, and whether it is only something open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<(String, bool)>,
    /// What certified targets reached of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) shares: Vec<Share>,
    /// The link to the nearest of them.
    pub(crate) link: String,
}

/// What leads from one group to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Way {
    /// The group before, in words.
    pub(crate) from: String,
    /// The group after, in words.
    pub(crate) to: String,
    /// What leads there.
    pub(crate) by: String,
    /// Whether no source settles that it does.
    pub(crate) open: bool,
}

/// The table, as far as one can see it from a position.
pub(crate) fn grid(site: &Site, position: &Position, grouping: &Grouping) -> Grid {
    let axis = grouping.axis;
    let mut rows: BTreeSet<u8> = grouping.cells.iter().map(|cell| cell.group.row).collect();
    let columns: BTreeSet<u8> = grouping.cells.iter().map(|cell| cell.group.column).collect();
    let here: BTreeSet<Group> = position.worlds().iter().map(|world| Group::of(axis, world)).collect();
    let ways = |wanted: &dyn Fn(Group) -> bool| {
        let mut ways = Ways::new();
        for (crossing, admission) in grouping.crossings.iter().filter(|(crossing, _)| wanted(crossing.from)) {
            let by = crossing.by.map_or("a job ends", |operation| operation.name());
            ways.entry((crossing.from, crossing.to))
                .or_default()
                .push((by.to_owned(), *admission == Admission::Open));
        }
        ways
    };
    let from_here = ways(&|group| here.contains(&group));
    let edition = position.subject.scope.edition;
    let overlays = site.overlays.iter().filter(|overlay| overlay.report.edition == edition);
    let shares: Vec<_> = overlays.map(|overlay| (overlay.name.as_str(), overlay.shares(axis))).collect();
    let share = |name: &str, (reached, total)| Some(Share { name: name.to_owned(), reached, total });
    let cell = |row: u8, column: u8| {
        let cell = grouping.cells.iter().find(|cell| (cell.group.row, cell.group.column) == (row, column))?;
        let by = from_here.iter().filter(|((_, to), _)| *to == cell.group).flat_map(|(_, by)| by);
        let by: Vec<_> = by.collect();
        let words = by
            .iter()
            .map(|(by, _)| by.as_str())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
            .join(", ");
        let open = by.iter().all(|(_, open)| *open);
        Some(CellView {
            states: cell.states,
            tint: (cell.states.ilog2() / 2).min(7),
            is_here: here.contains(&cell.group),
            by: (!by.is_empty()).then_some((words, open)),
            shares: shares.iter().filter_map(|(name, of)| share(name, *of.get(&cell.group)?)).collect(),
            link: format!("/{}/goto?to=cell:{}:{row}.{column}", position.subject.name, axis.id()),
        })
    };
    let words =
        |group: Group| format!("{}, {}", row_name(group.row).words, column_name(axis, group.column).words);
    let told = |ways: Ways| {
        let told = ways
            .into_iter()
            .flat_map(|((from, to), by)| by.into_iter().map(move |(by, open)| (from, to, by, open)));
        told.map(|(from, to, by, open)| Way { from: words(from), to: words(to), by, open })
            .collect::<Vec<_>>()
    };
    let both = |from: Group, to: Group| from.row != to.row && from.column != to.column;
    let diagonal = grouping.crossings.keys().filter(|crossing| both(crossing.from, crossing.to));
    let diagonal = diagonal.map(|crossing| (crossing.from, crossing.to)).collect::<BTreeSet<_>>().len();
    rows.insert(0);
    let arrows = if axis == Axis::Pair { arrows(ways(&|_| true), &rows, &columns) } else { Vec::new() };
    Grid {
        axis: axis.id(),
        columns: columns.iter().map(|column| column_name(axis, *column)).collect(),
        rows: rows
            .iter()
            .map(|row| GridRow {
                name: row_name(*row),
                cells: columns.iter().map(|column| cell(*row, *column)).collect(),
            })
            .collect(),
        states: grouping.search.unique(),
        groups: grouping.cells.len(),
        crossings: told(ways(&|_| true)),
        ways: told(from_here),
        diagonal,
        arrows,
    }
}

/// What leads from group to group, by the names of what leads there, and whether that is open.
type Ways = BTreeMap<(Group, Group), Vec<(String, bool)>>;

fn arrows(ways: Ways, rows: &BTreeSet<u8>, columns: &BTreeSet<u8>) -> Vec<Arrow> {
    let place = |all: &BTreeSet<u8>, wanted: u8| all.iter().position(|known| *known == wanted);
    let at = |group: Group| Some((place(rows, group.row)?, place(columns, group.column)?));
    let drawn = ways.into_iter().filter_map(|((from, to), by)| {
        let open = by.iter().all(|(_, open)| *open);
        Some(Arrow { from: at(from)?, to: at(to)?, by: by.into_iter().map(|(by, _)| by).collect(), open })
    });
    drawn.collect()
}
