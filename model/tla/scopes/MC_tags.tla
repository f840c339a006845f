------------------------------- MODULE MC_tags -------------------------------
(* The tags of profiles, to their end. *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

CallsOf(profile) == <<
    Put(profile, "Lambda"),
    PutWith(profile, "Lambda", "Default", FALSE, FALSE, K0IsA),
    Tag(profile, "k0", "A"),
    Tag(profile, "k0", "B"),
    Tag(profile, "k1", "A"),
    Untag(profile, "k0"),
    Untag(profile, "k1"),
    Tag(profile, "many", "A"),
    Untag(profile, "many"),
    ListTags(profile),
    Get(profile),
    Cancel(profile),
    Revoke(profile, Later),
    ByOther(Tag(profile, "k0", "A")),
    ByOther(Untag(profile, "k0")),
    ByOther(ListTags(profile))>>

ScopeCalls == CallsOf("p0") \o CallsOf("p1")
===============================================================================
