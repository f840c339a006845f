//! Map: every state is in the table, and the table stays small.

use signer_model::{Axis, Grouping, Search, Visitor, scopes};
use std::ops::ControlFlow;

use crate::site::{Site, count};

struct Counting;
impl Visitor for Counting {}

#[test]
fn every_scope_has_at_most_60_groups_that_hold_all_of_its_states() {
    for scope in scopes().into_iter().filter(|scope| scope.name != "joint") {
        let axis = Axis::of(&scope);
        let grouping = Grouping::of(&scope, axis, 1, |_| ControlFlow::Continue(())).expect("nobody stops it");
        assert!(grouping.cells.len() <= 60, "{}: {} groups", scope.name, grouping.cells.len());
        let sum: usize = grouping.cells.iter().map(|cell| cell.states).sum();
        assert_eq!(sum, Search::run(&scope, &mut [Counting], |_| {}).unique(), "{}", scope.name);
    }
}

#[test]
fn where_columns_tell_of_jobs_no_step_changes_both_row_and_column() {
    for scope in scopes().into_iter().filter(|scope| scope.name != "joint" && Axis::of(scope) == Axis::Jobs) {
        let grouping =
            Grouping::of(&scope, Axis::Jobs, 1, |_| ControlFlow::Continue(())).expect("nobody stops it");
        let both = grouping.crossings.keys().find(|crossing| {
            crossing.from.row != crossing.to.row && crossing.from.column != crossing.to.column
        });
        assert_eq!(both, None, "{}: no call touches more than one profile, or jobs", scope.name);
    }
}

#[tokio::test]
async fn the_table_marks_where_one_is_and_what_one_step_leads_to() {
    let site = Site::new();
    let at = site.leads("/jobs/goto?to=state:p0%3DCanceled").await;
    let map = site.found(&at.replace("/walk?", "/map?")).await;
    let cells: Vec<_> = map["grid"]["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .flat_map(|row| row["cells"].as_array().expect("cells"))
        .collect();
    assert_eq!(cells.iter().filter(|cell| cell["is_here"] == true).count(), 1);
    assert!(count(&map["grid"]["ways"]) > 0);
    assert_eq!(map["grid"]["states"], 6594);
}

#[tokio::test]
async fn one_profile_and_one_job_are_drawn_and_no_arrow_changes_both() {
    let site = Site::new();
    let map = site.found("/jobs/map?axis=pair").await;
    let arrows = map["grid"]["arrows"].as_array().expect("arrows");
    assert!(
        arrows
            .iter()
            .all(|arrow| (arrow["from"][0] == arrow["to"][0]) != (arrow["from"][1] == arrow["to"][1])),
        "{arrows:?}"
    );
    assert!(map["grid"]["groups"].as_u64().is_some_and(|groups| groups <= 16), "{map}");
    let page = site.page("/jobs/map?axis=pair").await;
    assert_eq!(page.matches("class=\"way").count(), arrows.len(), "each is drawn");
    assert!(page.contains("The same as a list"), "and told");
}

#[tokio::test]
async fn a_group_leads_to_its_nearest_state() {
    let site = Site::new();
    let map = site.found("/jobs/map").await;
    for row in map["grid"]["rows"].as_array().expect("rows") {
        for cell in row["cells"].as_array().expect("cells").iter().filter(|cell| !cell.is_null()) {
            let at = site.leads(cell["link"].as_str().expect("a link")).await;
            let there = site.json(&at.replace("/walk?", "/map?").replace("/walk", "/map")).await;
            let here = there["grid"]["rows"]
                .as_array()
                .expect("rows")
                .iter()
                .flat_map(|row| row["cells"].as_array().expect("cells"));
            let here: Vec<_> = here.filter(|cell| cell["is_here"] == true).collect();
            assert_eq!(here.len(), 1, "{at}");
            assert_eq!(here[0]["link"], cell["link"], "the way leads into the group");
        }
    }
}

#[tokio::test]
async fn the_life_cycles_are_drawn_and_say_where_things_stand() {
    let site = Site::new();
    let at = site.leads("/jobs/goto?to=state:p0%3DCanceled").await.replace("/walk?", "/map?");
    let map = site.json(&at).await;
    let profile = map["lives"]
        .as_array()
        .expect("lives")
        .iter()
        .find(|life| life["row"]["name"] == "profile")
        .expect("profiles live");
    assert_eq!(profile["here"][0], serde_json::json!(["p0", "Canceled"]));
    let page = site.page(&at).await;
    assert!(page.contains("<svg") && page.contains("Life cycle of a profile"), "{page}");
    assert!(!page.contains("not taken"), "there is no run to speak of");
}
