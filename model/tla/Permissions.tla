----------------------------- MODULE Permissions -----------------------------
(***************************************************************************)
(* The permission policy of a profile: statements, and a revision that     *)
(* moves on with every change.                                             *)
(***************************************************************************)
EXTENDS Platforms

Revision(age) == [kind |-> "Revision", revision |-> age]

\* AddProfilePermission/new-revision, RemoveProfilePermission/new-revision.
Changed(policy, statement, grant) ==
    [statements |-> [policy.statements EXCEPT ![statement] = grant],
     revision   |-> IF policy.revision < LastRevision THEN policy.revision + 1 ELSE LastRevision,
     uncertain  |-> FALSE]

\* AddProfilePermission/action-platform.  Which actions an IoT platform has, no source says.
Fits(action, platform) ==
    CASE action = "SignPayload"     -> platform # "Lambda"
      [] action = "StartSigningJob" -> platform # "Notation"
      [] OTHER                      -> TRUE

\* The newest revision that the service has told, where it may have moved on since without a word.
MayBeStale(policy, revision) == revision = "Stale" \/ (revision = "Current" /\ policy.uncertain)

Repeats(call, policy) == policy.statements[call.statement] = call.grant

\* The order of checks is open (AddProfilePermission/check-order).
AddErrors(call, held) ==
    LET policy == held.policy
        empty  == IsEmpty(policy)
        taken  == policy.statements[call.statement]
    IN AnyError(<<
        \* AddProfilePermission/not-active
        When(held.status # "Active", {"Validation"}),
        \* AddProfilePermission/first-with-revision, after-emptied
        When(empty /\ call.revision # "Absent", {"Validation"}),
        \* AddProfilePermission/missing-revision
        When(~empty /\ ~Repeats(call, policy) /\ call.revision = "Absent", {"Validation"}),
        \* AddProfilePermission/stale-revision
        When(~empty /\ ~Repeats(call, policy) /\ MayBeStale(policy, call.revision), {"Conflict"}),
        \* AddProfilePermission/duplicate-statement
        When(taken # NoGrant /\ taken # call.grant, {"Validation"}),
        \* AddProfilePermission/action-platform
        When(~Fits(call.grant.action, held.platform), {"Validation"}),
        \* AddProfilePermission/principal
        When(call.grant.principal = "Malformed", {"Validation"}),
        \* AddProfilePermission/unknown-version
        When(call.grant.version = "Unknown", {"ResourceNotFound"})>>)

\* What may be refused: a profile of an IoT platform (AddProfilePermission/unsupported-platform), and a statement that
\* is there already, when the call has no current revision: one observation has it accepted, another one refused
\* (AddProfilePermission/repeat, missing-revision, stale-revision).
AddDoubts(call, held) == AnyError(<<
    When(held.platform \notin Managed, {"Validation"}),
    When(Repeats(call, held.policy) /\ call.revision = "Absent", {"Validation"}),
    When(Repeats(call, held.policy) /\ MayBeStale(held.policy, call.revision), {"Conflict"})>>)

AddProfilePermission(call) ==
    LET p     == call.profile
        held  == profiles[p]
        wrong == AddErrors(call, held)
    IN
    IF held.status = "Absent"
    THEN Refuses({"ResourceNotFound"})                                 \* AddProfilePermission/absent
    ELSE \/ Refuses(wrong \cup AddDoubts(call, held))
         \/ /\ wrong = {}
            /\ IF Repeats(call, held.policy)
               THEN Tells({Revision("Same")})                          \* AddProfilePermission/repeat
               ELSE ProfileBecomes(p,                                  \* AddProfilePermission/adds
                        [held EXCEPT !.policy = Changed(@, call.statement, call.grant)],
                        Revision("New"))

-------------------------------------------------------------------------------
\* Which error an unknown statement with a stale revision gets is open (RemoveProfilePermission/check-order).
RemoveErrors(call, held) == AnyError(<<
    \* RemoveProfilePermission/not-active
    When(held.status # "Active", {"Validation"}),
    \* RemoveProfilePermission/none, unknown-statement
    When(held.policy.statements[call.statement] = NoGrant, {"ResourceNotFound"}),
    \* RemoveProfilePermission/stale-revision, which says nothing of a profile without statements
    When(~IsEmpty(held.policy) /\ MayBeStale(held.policy, call.revision), {"Conflict"})>>)

RemoveProfilePermission(call) ==
    LET p     == call.profile
        held  == profiles[p]
        wrong == RemoveErrors(call, held)
    IN
    CASE held.status = "Absent" ->                                     \* RemoveProfilePermission/absent
            Refuses({"ResourceNotFound"})
      [] held.status # "Absent" /\ wrong # {} ->
            Refuses(wrong)
      [] OTHER ->                                                      \* RemoveProfilePermission/removes
            ProfileBecomes(p, [held EXCEPT !.policy = Changed(@, call.statement, NoGrant)], Revision("New"))

-------------------------------------------------------------------------------
Permissions(policy, age) == [kind |-> "Permissions", statements |-> policy.statements, revision |-> age]

\* Told with the list, a revision is certain again.  That it moved on is one of the answers
\* (ListProfilePermissions/revision-after-end).
ListProfilePermissions(call) ==
    LET p      == call.profile
        held   == profiles[p]
        policy == held.policy
    IN
    CASE call.by = "Other" \/ held.status = "Absent" ->                \* ListProfilePermissions/absent
            Refuses({"ResourceNotFound"})
      \* ListProfilePermissions/none, after-last-removal
      [] call.by = "Owner" /\ held.status # "Absent" /\ IsEmpty(policy) ->
            Refuses({"ResourceNotFound"})
      [] OTHER ->                                                      \* ListProfilePermissions/lists, not-active
            IF ~policy.uncertain
            THEN Tells({Permissions(policy, "Same")})                  \* ListProfilePermissions/current-revision
            ELSE \/ ProfileBecomes(p, [held EXCEPT !.policy.uncertain = FALSE], Permissions(policy, "Same"))
                 \/ ProfileBecomes(p,
                        [held EXCEPT !.policy.uncertain = FALSE,
                                     !.policy.revision = IF @ < LastRevision THEN @ + 1 ELSE LastRevision],
                        Permissions(policy, "New"))
===============================================================================
