----------------------- MODULE Wrong_good_source_fails -----------------------
(* A job over a good source can fail. *)
EXTENDS MC_iot

EndsEitherWay(j) ==
    /\ Running(j)
    /\ Asks(0)
    /\ \E status \in IF jobs[j].source = "Missing" THEN {"Failed"} ELSE {"Succeeded", "Failed"} :
        JobBecomes(j, [jobs[j] EXCEPT !.status = status], [kind |-> "Ends", job |-> j])
===============================================================================
