------------------------------ MODULE Vocabulary ------------------------------
(***************************************************************************)
(* The symbols that calls, answers and states are made of.                 *)
(*                                                                         *)
(* A profile, a job, a statement and a tag key are names.  A job's name    *)
(* is also the clientRequestToken that makes it.  There are no             *)
(* identifiers, texts or versions: "the current version" is a symbol.      *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

Editions == {"current", "2019-05-22"}

\* All profiles and jobs belong to "Owner"; "Other" can do what a permission grants.
Accounts == {"Owner", "Other"}

Profiles   == {"p0", "p1", "p2"}
Jobs       == {"j0", "j1", "j2", "j3"}
Statements == {"s0", "s1", "s2"}

\* "many" stands for a bundle of keys, which are given and taken together.
TagKeys   == {"k0", "k1", "many"}
TagValues == {"None", "A", "B"}
Bundle    == 199

ProfileStatuses == {"Absent", "Active", "Canceled", "Revoked"}
JobStatuses     == {"None", "InProgress", "Succeeded", "Failed"}
JobKinds        == {"Started", "Payload"}
Validities      == {"Default", "Day"}
Sources         == {"Present", "Missing"}
Destinations    == {"A", "B"}

(***************************************************************************)
(* Instants, in order.  Two effective times lie before the run, and a      *)
(* verifier asks about instants around them; a third one is a day ahead.   *)
(***************************************************************************)
Never         == 0
BeforeEarlier == 1
Earlier       == 2
Between       == 3
Later         == 4
AfterLater    == 5
Future        == 6
EffectiveTimes == {Earlier, Later, Future}

Actions    == {"StartSigningJob", "SignPayload", "GetSigningProfile", "RevokeSignature"}
Principals == {"OtherAccount", "Role", "Malformed"}
Versions   == {"Any", "Current", "Unknown"}
Grants     == [principal : Principals, action : Actions, version : Versions]
NoGrant    == [principal |-> "None", action |-> "None", version |-> "None"]

Errors == {"AccessDenied", "BadRequest", "Conflict", "NotFound", "ResourceNotFound", "Validation"}

(***************************************************************************)
(* A policy.  Revisions are told apart by their age: after the third the   *)
(* policy counts as changed often.  "uncertain" is set when the service    *)
(* may have moved the revision on without telling it.                      *)
(***************************************************************************)
LastRevision == 3
Policies     == [statements : [Statements -> Grants \cup {NoGrant}],
                 revision : 0 .. LastRevision, uncertain : BOOLEAN]
NoPolicy     == [statements |-> [s \in Statements |-> NoGrant], revision |-> 0, uncertain |-> FALSE]
IsEmpty(policy) == \A s \in Statements : policy.statements[s] = NoGrant

PlatformNames == {"Lambda", "Notation", "IotDeviceManagement", "FreeRtosDefault", "FreeRtosTi"}

NoTags == [k \in TagKeys |-> "None"]

ProfileRecords ==
    [status : ProfileStatuses, platform : PlatformNames \cup {"None"}, validity : Validities,
     effective : {Never} \cup EffectiveTimes, tags : [TagKeys -> TagValues], policy : Policies]

NoProfile ==
    [status |-> "Absent", platform |-> "None", validity |-> "Default", effective |-> Never,
     tags |-> NoTags, policy |-> NoPolicy]

JobRecords ==
    [status : JobStatuses, kind : JobKinds, profile : Profiles, invoker : Accounts,
     source : Sources, destination : Destinations, revoked : BOOLEAN]

NoJob ==
    [status |-> "None", kind |-> "Started", profile |-> "p0", invoker |-> "Owner",
     source |-> "Present", destination |-> "A", revoked |-> FALSE]
===============================================================================
