------------------------------- MODULE Profiles -------------------------------
(***************************************************************************)
(* Profiles from creation to their end, and what is read of them.  Their   *)
(* revocation is in Revocations.                                           *)
(***************************************************************************)
EXTENDS Platforms

IsTaken(p) == profiles[p].status # "Absent"

(***************************************************************************)
(* What is wrong with a Put.  Which error wins is open                     *)
(* (PutSigningProfile/check-order).                                        *)
(***************************************************************************)
PutErrors(call) == AnyError(<<
    \* PutSigningProfile/name-taken, revoked-name
    When(Edition = "current" /\ IsTaken(call.profile), {"Validation"}),
    \* PutSigningProfile/platform-refused, unknown-platform
    When(call.platform \notin PlatformNames, {"ResourceNotFound", "Validation"}),
    \* PutSigningProfile/material-required; in 2019 the member is required of all
    When(call.platform \in PlatformNames \ Managed /\ ~call.material, {"Validation"}),
    When(Edition = "2019-05-22" /\ ~call.material, {"Validation"}),
    \* PutSigningProfile/parameters-refused
    When(call.platform = "Lambda" /\ call.parameters, {"Validation"})>>)

\* What may be refused: PutSigningProfile/name-taken-in-2019, material-refused, validity-platforms-error.
PutDoubts(call) == AnyError(<<
    When(Edition = "2019-05-22" /\ IsTaken(call.profile), {"Validation"}),
    When(call.platform \in Managed /\ call.material, {"Validation"}),
    When(call.platform \in PlatformNames \ Managed /\ call.validity # "Default", {"Validation"})>>)

\* A validity is kept, or ignored on a platform that has none (PutSigningProfile/validity-platforms-error).
ValiditiesMade(call) ==
    IF call.platform \in Managed THEN {call.validity} ELSE {call.validity, "Default"}

\* A profile that is made anew on another platform while it has jobs is beyond what the symbols can say: its jobs would
\* have changed their platform.  Only the edition of 2019 leaves room for it.
MovesJobs(call) ==
    /\ Edition = "2019-05-22"
    /\ call.platform \in PlatformNames \ {profiles[call.profile].platform}
    /\ \E j \in Jobs : Exists(j) /\ jobs[j].profile = call.profile

PutSigningProfile(call) ==
    LET wrong == PutErrors(call) IN
    /\ ~MovesJobs(call)
    /\ \/ Refuses(wrong \cup PutDoubts(call))
       \/ /\ wrong = {}
          /\ \E validity \in ValiditiesMade(call) :                    \* PutSigningProfile/created, tags-kept
                ProfileBecomes(call.profile,
                    [NoProfile EXCEPT !.status = "Active", !.platform = call.platform,
                                      !.validity = validity, !.tags = call.tags],
                    [kind |-> "Created"])

-------------------------------------------------------------------------------
\* The end of a profile may move the revision of its permissions, and no answer tells (CancelSigningProfile/permissions-revision,
\* ListProfilePermissions/revision-after-end).  A policy without statements has none that a call could name.
AtEnd(policy) == IF IsEmpty(policy) THEN policy ELSE [policy EXCEPT !.uncertain = TRUE]

CancelSigningProfile(call) ==
    LET p    == call.profile
        held == profiles[p]
    IN
    IF call.by = "Other"
    THEN Refuses({"ResourceNotFound"})                                 \* CancelSigningProfile/other-account, absent
    ELSE CASE held.status = "Absent" ->                                \* CancelSigningProfile/absent
                Refuses({"ResourceNotFound"})
           [] held.status = "Active" ->                                \* CancelSigningProfile/cancels
                ProfileBecomes(p, [held EXCEPT !.status = "Canceled", !.policy = AtEnd(@)], Done)
           [] held.status = "Canceled" ->                              \* CancelSigningProfile/again, again-in-2019
                \/ Tells({Done})
                \/ Refuses(When(Edition = "2019-05-22", {"ResourceNotFound", "Validation"}))
           [] held.status = "Revoked" ->                               \* CancelSigningProfile/revoked
                Refuses({"Validation"})

-------------------------------------------------------------------------------
(***************************************************************************)
(* The validity that an answer shows.  Where a platform has validity       *)
(* periods it is the profile's (PutSigningProfile/default-validity-shown,  *)
(* validity-kept).  Whether a default shows elsewhere, no source says.     *)
(***************************************************************************)
ValiditiesShown(held) ==
    IF held.platform \in Managed \/ held.validity # "Default" THEN {held.validity}
    ELSE IF Edition = "2019-05-22" THEN {"None"}
    ELSE {"None", "Default"}

\* GetSigningProfile/view, canceled-readable, revoked-readable, effective-from.
ProfileViews(held) ==
    {[kind |-> "Profile", status |-> held.status, platform |-> held.platform, validity |-> validity,
      tags |-> held.tags, effective |-> held.effective] : validity \in ValiditiesShown(held)}

GetSigningProfile(call) ==
    LET held == profiles[call.profile] IN
    CASE call.by = "Owner" /\ held.status = "Absent" ->                \* GetSigningProfile/absent
            Refuses({"ResourceNotFound"})
      [] call.by = "Owner" /\ held.status # "Absent" ->                \* GetSigningProfile/view, own-owner
            Tells(ProfileViews(held))
      [] call.by = "Other" /\ call.owner = "Omitted" ->                \* GetSigningProfile/other-account-name
            Refuses({"ResourceNotFound"})
      [] call.by = "Other" /\ call.owner = "Owner" ->
            IF MayOther("GetSigningProfile", call.profile)
            THEN Tells(ProfileViews(held))                             \* GetSigningProfile/cross-account-granted
            ELSE Refuses({"AccessDenied", "ResourceNotFound"})         \* GetSigningProfile/cross-account-denied

-------------------------------------------------------------------------------
Those(statuses, platform) ==
    {p \in Profiles : /\ profiles[p].status \in statuses
                      /\ platform = "any" \/ profiles[p].platform = platform}

\* includeCanceled false is the same as leaving it out (ListSigningProfiles/include-canceled-false).
CanceledToo(call) == call.canceled = "true"

\* The sets of statuses of which all profiles may be listed.
StatusesListed(call) ==
    CASE call.status = "any" /\ ~CanceledToo(call) ->                  \* ListSigningProfiles/active-only, revoked-by-default
            {{"Active"}}
      [] call.status = "any" /\ CanceledToo(call) ->                   \* include-canceled, revoked-with-include-canceled
            {{"Active", "Canceled"}, {"Active", "Canceled", "Revoked"}}
      [] call.status = "Active" /\ ~CanceledToo(call) ->               \* ListSigningProfiles/statuses-filter
            {{"Active"}}
      [] call.status = "Active" /\ CanceledToo(call) ->                \* include-canceled-with-statuses
            {{"Active"}, {"Active", "Canceled"}, {"Active", "Canceled", "Revoked"}}
      [] call.status # "Active" /\ ~CanceledToo(call) ->               \* statuses-without-include-canceled
            {{call.status}, {}}
      [] call.status # "Active" /\ CanceledToo(call) ->                \* ListSigningProfiles/revoked-viewable
            {{call.status}}

ListSigningProfiles(call) ==
    IF call.by = "Other"
    THEN Tells({[kind |-> "Profiles", listed |-> {}]})                 \* ListSigningProfiles/own-account
    ELSE \/ Tells({[kind |-> "Profiles", listed |-> Those(statuses, call.platform)]
                    : statuses \in StatusesListed(call)})
         \* ListSigningProfiles/include-canceled-with-statuses
         \/ Refuses(When(call.status = "Active" /\ CanceledToo(call), {"Validation"}))
===============================================================================
