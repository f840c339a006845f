------------------------ MODULE Wrong_read_takes_tags ------------------------
(* To list tags takes them away. *)
EXTENDS MC_tags

TakesTags(call) ==
    LET held == profiles[call.profile] IN
    CASE call.by = "Other" -> Refuses(ForeignErrors)
      [] call.by = "Owner" /\ held.status = "Absent" -> Refuses({"NotFound"})
      [] call.by = "Owner" /\ held.status = "Canceled" -> Refuses({"BadRequest"})
      [] OTHER ->
            \/ Refuses(When(held.status = "Revoked", {"BadRequest"}))
            \/ ProfileBecomes(call.profile, [held EXCEPT !.tags = NoTags], [kind |-> "Tags", tags |-> held.tags])
===============================================================================
